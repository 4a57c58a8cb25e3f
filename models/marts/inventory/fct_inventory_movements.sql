-- grain: one row per movement_id of the append-only stock ledger, and of free sales at the till.
-- qty_signed and cost_amount are additive; unit_cost is not.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'moved_at'},
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': 'moved_at'},
] %}
{{ config(
    unique_key=['movement_id'],
    pre_hook="{{ touched_movements('int_inventory_movements__united', ['movement_id'], " ~ lookups ~ ") }}",
) }}

with

movements as (
    {{ latest_rows('int_inventory_movements__united', ['movement_id']) }}
),

final as (
    select
        movements.movement_id,
        {{ date_key(business_date('movements.moved_at')) }} as movement_date_key,
        {{ member_key('product', 'product_key', 'movements.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'movements.warehouse_code') }} as warehouse_key,
        movements.sku,
        movements.movement_type,
        movements.reference_type,
        movements.reference_id,
        movements.reference_line_no,
        movements.reversal_of_movement_id,
        movements.qty_signed,
        -- the shop knows no cost: what it gave away is valued at the standard cost of the day
        coalesce(movements.unit_cost, product.standard_cost, 0) as unit_cost,
        cast(round(
            movements.qty_signed * coalesce(movements.unit_cost, product.standard_cost, 0), 2
        ) as decimal(18, 2)) as cost_amount,
        {{ business_date('movements.moved_at') }} as business_date,
        movements.moved_at,
        movements.updated_at,
        movements._load
    from movements
    {{ join_as_of('dim_product', 'product', 'sku', 'movements.sku', 'movements.moved_at') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'movements.warehouse_code', 'movements.moved_at') }}
)

select * from final
{{ stored_by('business_date') }}
