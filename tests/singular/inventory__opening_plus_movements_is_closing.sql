-- Invariant 1. Threshold: 0. Window: the whole history. Tier 1.
-- Detects: a balance that is not carried on from day to day, or that differs from the plain sum of the ledger.
{{ config(meta={'tier': 1, 'owner': 'inventory-data', 'invariant': 1}) }}

with

balances as (
    select
        *,
        lag(closing_qty) over (partition by sku, warehouse_code order by valid_from nulls last) as previous_closing_qty
    from {{ ref('fct_inventory_balances') }}
),

not_carried_on as (
    select
        sku,
        warehouse_code,
        valid_from,
        'opening + movements <> closing' as failure
    from balances
    where
        opening_qty <> coalesce(previous_closing_qty, 0)
        or opening_qty + initial_qty + received_qty + shipped_qty + returned_in_qty + returned_to_vendor_qty
        + transferred_in_qty + transferred_out_qty + adjusted_qty + written_off_qty <> closing_qty
),

ledger as (
    select
        movements.sku,
        movements.warehouse_code,
        sum(movements.qty_signed) as qty
    from {{ ref('int_inventory_movements__versions') }} as movements
    where movements._is_latest and not movements.is_deleted
    group by movements.sku, movements.warehouse_code
),

not_the_ledger as (
    select
        ledger.sku,
        ledger.warehouse_code,
        balances.valid_from,
        'current closing <> sum of the ledger' as failure
    from ledger
    left join balances
        on
            ledger.sku = balances.sku
            and ledger.warehouse_code = balances.warehouse_code
            and balances.is_current
    where ledger.qty is distinct from balances.closing_qty
),

final as (
    select * from not_carried_on
    union all
    select * from not_the_ledger
)

select * from final
