with

source as (
    select * from {{ source('erp', 'warehouses') }}
),

final as (
    select
        upper(trim(warehouse_code)) as warehouse_code,
        name as warehouse_name,
        warehouse_type,
        manager as manager_name,
        service_region,
        status as warehouse_status,
        address,
        county,
        capacity_m3,
        daily_pick_capacity,
        latitude,
        longitude,
        is_deleted,
        opened_on,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
