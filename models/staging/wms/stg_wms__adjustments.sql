with

source as (
    select * from {{ source('wms', 'adjustments') }}
),

final as (
    select
        adjustment_id,
        drop_file,
        upper(trim(sku)) as sku,
        bin,
        upper(trim(uom)) as uom,
        reason as reason_code,
        operator as operator_name,
        split_part(drop_file, '_', 3) as warehouse_code,
        qty as adjusted_qty,
        false as is_deleted,
        adjusted_at,
        adjusted_at as updated_at,
        filename as _file
    from source
)

select * from final
