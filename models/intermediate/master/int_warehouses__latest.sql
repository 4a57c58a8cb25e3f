-- grain: one row per warehouse_code, its newest version: what the snapshot looks at.
{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('int_warehouses__versions') }}
),

final as (
    select
        warehouse_code,
        warehouse_name,
        warehouse_type,
        manager_name,
        capacity_m3,
        daily_pick_capacity,
        service_region,
        warehouse_status,
        is_deleted,
        latitude,
        longitude,
        address,
        county,
        opened_on,
        updated_at
    from versions
    where _is_latest
)

select * from final
