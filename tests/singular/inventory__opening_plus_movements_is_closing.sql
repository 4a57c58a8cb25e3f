-- Invariant 1. Threshold: 0. Window: pairs from the first day on that came lately (first_tested_load). Tier 1.
-- Detects: a balance not carried on from the one before it, or not opening + movements of the ledger; a day without its balance.
{{ config(meta={'tier': 1, 'owner': 'inventory-data', 'invariant': 1}) }}

with

changed_pairs as (
    select
        sku,
        warehouse_code,
        min(changed_from) as changed_from
    from (
        select
            sku,
            warehouse_code,
            valid_from as changed_from
        from {{ ref('fct_inventory_balances') }}
        where _load >= {{ first_tested_load() }}
        union all
        select
            sku,
            warehouse_code,
            {{ business_date('moved_at') }} as changed_from
        from {{ ref('int_inventory_movements__united') }}
        where _touched_load >= {{ first_tested_load() }}
    )
    group by sku, warehouse_code
),

carried_on as (
    select
        balances.*,
        coalesce(previous.closing_qty, 0) as previous_closing_qty
    from {{ ref('fct_inventory_balances') }} as balances
    inner join changed_pairs
        on balances.sku = changed_pairs.sku and balances.warehouse_code = changed_pairs.warehouse_code
    left join {{ ref('fct_inventory_balances') }} as previous
        on
            balances.sku = previous.sku
            and balances.warehouse_code = previous.warehouse_code
            and balances.valid_from = previous.valid_to
    where balances.valid_from >= changed_pairs.changed_from
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
        and movements.moved_at > {{ business_day_close('(changed_pairs.changed_from - 1)') }}
    group by movements.sku, movements.warehouse_code, {{ business_date('movements.moved_at') }}
),

final as (
    select
        sku,
        warehouse_code,
        valid_from,
        carried_on.opening_qty,
        carried_on.previous_closing_qty,
        carried_on.closing_qty,
        ledger.ledger_qty
    from carried_on
    full join ledger using (sku, warehouse_code, valid_from)
    where
        carried_on.opening_qty <> carried_on.previous_closing_qty
        or carried_on.closing_qty - carried_on.opening_qty is distinct from ledger.ledger_qty
        or carried_on.closing_qty - carried_on.opening_qty
        <> carried_on.initial_qty + carried_on.received_qty + carried_on.shipped_qty + carried_on.returned_in_qty
        + carried_on.returned_to_vendor_qty + carried_on.transferred_in_qty + carried_on.transferred_out_qty
        + carried_on.adjusted_qty + carried_on.written_off_qty
)

select * from final
