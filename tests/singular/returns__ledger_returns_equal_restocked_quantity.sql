-- Invariant 3*, binds shop and ledger. Threshold: 0. Window: lines that either feed brought lately. Tier 2.
-- Detects: goods that were put back on the shelf and never booked, booked twice, or booked in another quantity.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'sales-data', 'invariant': 3}) }}

with

changed as (
    select
        return_id,
        line_no
    from {{ ref('fct_returns') }}
    where _load >= {{ first_tested_load() }}
    union
    select
        reference_id as return_id,
        reference_line_no as line_no
    from {{ ref('int_inventory_movements__versions') }}
    where movement_type = 'RETURN_IN' and _load >= {{ first_tested_load() }}
),

returned as (
    select
        return_id,
        line_no,
        restocked_qty
    from {{ ref('fct_returns') }}
    semi join changed using (return_id, line_no)
    where restocked_qty <> 0
),

movements as (
    select
        ledger.reference_id as return_id,
        ledger.reference_line_no as line_no,
        sum(ledger.qty_signed) as booked_qty
    from {{ ref('int_inventory_movements__versions') }} as ledger
    semi join changed on ledger.reference_id = changed.return_id and ledger.reference_line_no = changed.line_no
    where ledger._is_latest and not ledger.is_deleted and ledger.movement_type = 'RETURN_IN'
    group by ledger.reference_id, ledger.reference_line_no
),

final as (
    select *
    from returned
    full join movements using (return_id, line_no)
    where returned.restocked_qty is distinct from movements.booked_qty
)

select * from final
