with

source as (
    select * from {{ source('wms', 'adjustments') }}
),

units as (
    select * from {{ ref('ref_uom') }}
),

final as (
    select
        source.adjustment_id,
        source.drop_file,
        upper(trim(source.sku)) as sku,
        source.bin,
        upper(trim(source.uom)) as uom,
        source.reason as reason_code,
        source.operator as operator_name,
        split_part(source.drop_file, '_', 3) as warehouse_code,
        source.qty * coalesce(units.base_units, 1) as adjusted_qty,
        false as is_deleted,
        source.adjusted_at,
        source.adjusted_at as updated_at,
        source.filename as _file
    from source
    left join units on upper(trim(source.uom)) = units.uom
)

select * from final
