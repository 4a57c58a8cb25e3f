-- Invariant 11. Threshold: 0. Window: order lines with a shipment that came lately (first_tested_load). Tier 2.
-- Detects: goods sent twice, sent although they were cancelled, or booked to the wrong order line.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'sales-data', 'invariant': 11}) }}

with

changed as (
    select distinct
        order_id,
        order_line_no
    from {{ ref('fct_shipments') }}
    where _load >= {{ first_tested_load() }}
),

shipped as (
    select
        order_id,
        order_line_no as line_no,
        sum(shipped_qty) as shipped_qty
    from {{ ref('fct_shipments') }}
    semi join changed using (order_id, order_line_no)
    group by order_id, order_line_no
),

final as (
    select
        shipped.*,
        ordered.qty as ordered_qty,
        ordered.cancelled_qty
    from shipped
    left join {{ ref('fct_order_lines') }} as ordered using (order_id, line_no)
    where ordered.qty is null or shipped.shipped_qty > ordered.qty - ordered.cancelled_qty
)

select * from final
