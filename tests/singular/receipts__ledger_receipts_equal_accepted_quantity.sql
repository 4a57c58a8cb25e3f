-- Invariant 3*, binds goods receipts and ledger. Threshold: 0. Window: lines that either feed brought lately. Tier 2.
-- Detects: goods that were accepted and never booked, booked twice, or booked in another quantity.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'procurement-data', 'invariant': 3}) }}

with

changed as (
    select
        grn_number,
        line_no
    from {{ ref('fct_receipts') }}
    where _load >= {{ first_tested_load() }}
    union
    select
        reference_id as grn_number,
        reference_line_no as line_no
    from {{ ref('int_inventory_movements__versions') }}
    where movement_type = 'RECEIPT' and _load >= {{ first_tested_load() }}
),

receipts as (
    select
        grn_number,
        line_no,
        accepted_qty
    from {{ ref('fct_receipts') }}
    semi join changed using (grn_number, line_no)
    where accepted_qty <> 0
),

movements as (
    select
        ledger.reference_id as grn_number,
        ledger.reference_line_no as line_no,
        sum(ledger.qty_signed) as booked_qty
    from {{ ref('int_inventory_movements__versions') }} as ledger
    semi join changed on ledger.reference_id = changed.grn_number and ledger.reference_line_no = changed.line_no
    where ledger._is_latest and not ledger.is_deleted and ledger.movement_type = 'RECEIPT'
    group by ledger.reference_id, ledger.reference_line_no
),

final as (
    select *
    from receipts
    full join movements using (grn_number, line_no)
    where receipts.accepted_qty is distinct from movements.booked_qty
)

select * from final
