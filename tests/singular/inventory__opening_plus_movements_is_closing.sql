-- Invariant 1. Threshold: 0. Window: balances that were computed lately (first_tested_load). Tier 1.
-- Detects: a balance that is not carried on from the one before it, or that is not opening + movements of the ledger.
{{ config(meta={'tier': 1, 'owner': 'inventory-data', 'invariant': 1}) }}

with

changed as (
    select * from {{ ref('fct_inventory_balances') }}
    where _load >= {{ first_tested_load() }}
),

carried_on as (
    select
        changed.*,
        coalesce(previous.closing_qty, 0) as previous_closing_qty
    from changed
    left join {{ ref('fct_inventory_balances') }} as previous
        on
            changed.sku = previous.sku
            and changed.warehouse_code = previous.warehouse_code
            and changed.valid_from = previous.valid_to
),

changed_pairs as (
    select
        sku,
        warehouse_code,
        min(valid_from) as changed_from
    from changed
    group by sku, warehouse_code
),

-- the ledger itself, added up without the tables between it and the balances
ledger as (
    select
        movements.sku,
        movements.warehouse_code,
        {{ business_date('movements.moved_at') }} as valid_from,
        sum(movements.qty_signed) as ledger_qty
    from {{ ref('int_inventory_movements__united') }} as movements
    inner join changed_pairs
        on movements.sku = changed_pairs.sku and movements.warehouse_code = changed_pairs.warehouse_code
    where
        movements._is_latest
        and not movements.is_deleted
        and movements.moved_at >= changed_pairs.changed_from - interval 1 day
    group by movements.sku, movements.warehouse_code, {{ business_date('movements.moved_at') }}
),

final as (
    select
        carried_on.sku,
        carried_on.warehouse_code,
        carried_on.valid_from,
        carried_on.opening_qty,
        carried_on.previous_closing_qty,
        carried_on.closing_qty,
        ledger.ledger_qty
    from carried_on
    left join ledger using (sku, warehouse_code, valid_from)
    where
        carried_on.opening_qty <> carried_on.previous_closing_qty
        or carried_on.closing_qty - carried_on.opening_qty is distinct from ledger.ledger_qty
        or carried_on.closing_qty - carried_on.opening_qty
        <> carried_on.initial_qty + carried_on.received_qty + carried_on.shipped_qty + carried_on.returned_in_qty
        + carried_on.returned_to_vendor_qty + carried_on.transferred_in_qty + carried_on.transferred_out_qty
        + carried_on.adjusted_qty + carried_on.written_off_qty
)

select * from final
