-- Invariant 3*, binds goods receipts and ledger. Threshold: 0. Window: the whole history. Tier 2.
-- Detects: goods that were accepted and never booked, booked twice, or booked in another quantity.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'procurement-data', 'invariant': 3}) }}

with

receipts as (
    select
        grn_number,
        line_no,
        accepted_qty
    from {{ ref('fct_receipts') }}
    where accepted_qty <> 0
),

movements as (
    select
        reference_id as grn_number,
        reference_line_no as line_no,
        sum(qty_signed) as booked_qty
    from {{ ref('fct_inventory_movements') }}
    where movement_type = 'RECEIPT'
    group by reference_id, reference_line_no
),

final as (
    select *
    from receipts
    full join movements using (grn_number, line_no)
    where receipts.accepted_qty is distinct from movements.booked_qty
)

select * from final
