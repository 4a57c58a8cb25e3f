with

source as (
    select * from {{ source('wms', 'stock_counts') }}
),

final as (
    select
        count_id,
        row_no as row_number,
        split_part(count_id, '_', 3) as warehouse_code,
        upper(trim(sku)) as sku,
        bin,
        counter as counter_name,
        upper(trim(uom)) as uom,
        counted_qty,
        false as is_deleted,
        counted_at,
        counted_at as updated_at,
        filename as _file
    from source
)

select * from final
