-- grain: one row per movement_id, sku, warehouse_code and business_date: goods that left for this warehouse, or arrived in it.
-- A movement that is delivered no longer stays as a row of zero: it tells the commitments to look again.
{{ config(
    unique_key=['movement_id', 'sku', 'warehouse_code', 'business_date'],
    touch_key=['movement_id'],
    pre_hook="{{ touched_transfers('int_inventory_movements__versions') }}",
) }}

with

movements as (
    select
        entity.movement_id,
        entity.sku,
        -- goods on the road belong to the warehouse they go to
        case
            when entity.movement_type = 'TRANSFER_OUT' then entity.counterpart_warehouse_code else entity.warehouse_code
        end as warehouse_code,
        {{ business_date('entity.moved_at') }} as business_date,
        -entity.qty_signed as in_transit_qty,
        entity._load as event_load
    from {{ ref('int_inventory_movements__versions') }} as entity
    {{ only_touched('entity', ['movement_id']) }}
    where
        entity._is_latest
        and not entity.is_deleted
        and entity.movement_type in ('TRANSFER_OUT', 'TRANSFER_IN')
        and entity.counterpart_warehouse_code is not null
),

events as (
    select * from movements
    {% if is_incremental() -%}
    union all by name
    select
        earlier.movement_id,
        earlier.sku,
        earlier.warehouse_code,
        earlier.business_date,
        0 as in_transit_qty
    from {{ this }} as earlier
    {{ only_touched('earlier', ['movement_id']) }}
    {%- endif %}
),

days as (
    select
        movement_id,
        sku,
        warehouse_code,
        business_date,
        cast(sum(in_transit_qty) as bigint) as in_transit_qty,
        list(distinct event_load) filter (where event_load is not null) as _loads
    from events
    group by movement_id, sku, warehouse_code, business_date
),

final as (
    {{ keep_loads('days', ['movement_id', 'sku', 'warehouse_code', 'business_date'], ['in_transit_qty']) }}
)

select * from final
