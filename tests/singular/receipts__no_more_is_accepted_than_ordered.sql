-- Invariant 7. Threshold: 2 % above the order. Window: order lines with a receipt that came lately (first_tested_load). Tier 2.
-- Detects: a supplier that delivers more than was ordered and is let in, or a receipt booked to the wrong order.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'procurement-data', 'invariant': 7}) }}

with

changed as (
    select distinct
        po_number,
        po_line_no
    from {{ ref('fct_receipts') }}
    where _load >= {{ first_tested_load() }}
),

accepted as (
    select
        po_number,
        po_line_no as line_no,
        sum(accepted_qty) as accepted_qty
    from {{ ref('fct_receipts') }}
    semi join changed using (po_number, po_line_no)
    group by po_number, po_line_no
),

final as (
    select
        accepted.*,
        ordered.ordered_qty
    from accepted
    left join {{ ref('fct_purchase_order_lines') }} as ordered using (po_number, line_no)
    where ordered.ordered_qty is null or accepted.accepted_qty > ordered.ordered_qty * 1.02
)

select * from final
