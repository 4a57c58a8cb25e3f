-- Invariant 3*, binds shop and ledger. Threshold: 0. Window: the whole history. Tier 2.
-- Detects: a shipment that left without a movement, was booked twice, or in another quantity.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'sales-data', 'invariant': 3}) }}

with

shipments as (
    select
        shipment_id,
        line_no,
        shipped_qty
    from {{ ref('fct_shipments') }}
    where shipped_qty <> 0
),

movements as (
    select
        reference_id as shipment_id,
        reference_line_no as line_no,
        -sum(qty_signed) as booked_qty
    from {{ ref('fct_inventory_movements') }}
    where movement_type = 'SHIP'
    group by reference_id, reference_line_no
),

final as (
    select *
    from shipments
    full join movements using (shipment_id, line_no)
    where shipments.shipped_qty is distinct from movements.booked_qty
)

select * from final
