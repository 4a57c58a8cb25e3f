-- Invariant 3*, binds shop and ledger. Threshold: 0. Window: lines that either feed brought lately. Tier 2.
-- Detects: a shipment that left without a movement, was booked twice, or in another quantity.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'sales-data', 'invariant': 3}) }}

with

changed as (
    select
        shipment_id,
        line_no
    from {{ ref('fct_shipments') }}
    where _load >= {{ first_tested_load() }}
    union
    select
        reference_id as shipment_id,
        reference_line_no as line_no
    from {{ ref('int_inventory_movements__versions') }}
    where movement_type = 'SHIP' and _load >= {{ first_tested_load() }}
),

shipments as (
    select
        shipment_id,
        line_no,
        shipped_qty
    from {{ ref('fct_shipments') }}
    semi join changed using (shipment_id, line_no)
    where shipped_qty <> 0
),

movements as (
    select
        ledger.reference_id as shipment_id,
        ledger.reference_line_no as line_no,
        -sum(ledger.qty_signed) as booked_qty
    from {{ ref('int_inventory_movements__versions') }} as ledger
    semi join changed on ledger.reference_id = changed.shipment_id and ledger.reference_line_no = changed.line_no
    where ledger._is_latest and not ledger.is_deleted and ledger.movement_type = 'SHIP'
    group by ledger.reference_id, ledger.reference_line_no
),

final as (
    select *
    from shipments
    full join movements using (shipment_id, line_no)
    where shipments.shipped_qty is distinct from movements.booked_qty
)

select * from final
