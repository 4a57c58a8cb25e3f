with

source as (
    select * from {{ source('wms', 'stock_counts') }}
),

units as (
    select * from {{ ref('ref_uom') }}
),

final as (
    select
        source.count_id,
        source.row_no as row_number,
        split_part(source.count_id, '_', 3) as warehouse_code,
        upper(trim(source.sku)) as sku,
        source.bin,
        source.counter as counter_name,
        upper(trim(source.uom)) as uom,
        source.counted_qty * coalesce(units.base_units, 1) as counted_qty,
        false as is_deleted,
        source.counted_at,
        source.counted_at as updated_at,
        source.filename as _file
    from source
    left join units on upper(trim(source.uom)) = units.uom
)

select * from final
