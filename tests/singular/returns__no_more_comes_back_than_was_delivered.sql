-- Invariant 11. Threshold: 0. Window: order lines with a matched return that came lately (first_tested_load). Tier 2.
-- Detects: a return that was booked twice, or of goods that the customer never got. Returns without an order are flagged.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'sales-data', 'invariant': 11}) }}

with

changed as (
    select distinct
        order_id,
        order_line_no
    from {{ ref('fct_returns') }}
    where is_matched and _load >= {{ first_tested_load() }}
),

returned as (
    select
        order_id,
        order_line_no,
        sum(returned_qty) as returned_qty
    from {{ ref('fct_returns') }}
    semi join changed using (order_id, order_line_no)
    group by order_id, order_line_no
),

delivered as (
    select
        order_id,
        order_line_no,
        sum(delivered_qty) as delivered_qty
    from {{ ref('fct_shipments') }}
    semi join changed using (order_id, order_line_no)
    group by order_id, order_line_no
),

final as (
    select
        returned.*,
        coalesce(delivered.delivered_qty, 0) as delivered_qty
    from returned
    left join delivered using (order_id, order_line_no)
    where returned.returned_qty > coalesce(delivered.delivered_qty, 0)
)

select * from final
