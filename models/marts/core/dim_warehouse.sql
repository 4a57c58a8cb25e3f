-- grain: one row per warehouse_code and version of its tracked (SCD2) attributes, half-open [valid_from, valid_to).
-- Plus the members -1 unknown, -2 not applicable and -3 late arriving.
{{ config(materialized='table') }}

with

{{ scd2_members(
    'snap_warehouses',
    natural_key='warehouse_code',
    tracked=[
        'warehouse_name',
        'warehouse_type',
        'manager_name',
        'capacity_m3',
        'daily_pick_capacity',
        'service_region',
        'warehouse_status',
        'is_deleted',
    ],
    overwritten=[
        'latitude',
        'longitude',
        'address',
    ],
    fixed=[
        'county',
        'opened_on',
    ],
) }},

keyed as (
    select
        *,
        {{ surrogate_key(['warehouse_code', 'valid_from']) }} as warehouse_key
    from members
),

special as (
    {{ special_members('warehouse_key', labels=['warehouse_code', 'warehouse_name']) }}
),

all_members as (
    select * from keyed
    union all by name
    select * from special
),

final as (
    select
        warehouse_key,
        warehouse_code,
        warehouse_name,
        warehouse_type,
        manager_name,
        service_region,
        warehouse_status,
        address,
        county,
        capacity_m3,
        daily_pick_capacity,
        latitude,
        longitude,
        is_current,
        is_inferred,
        is_deleted,
        opened_on,
        valid_from,
        valid_to
    from all_members
)

select * from final
