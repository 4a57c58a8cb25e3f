with

source as (
    select * from {{ source('erp', 'goods_receipts') }}
),

units as (
    select * from {{ ref('ref_uom') }}
),

final as (
    select
        source.grn_number,
        source.line_no,
        source.po_number,
        source.po_line_no,
        upper(trim(source.supplier_code)) as supplier_code,
        upper(trim(source.warehouse_code)) as warehouse_code,
        upper(trim(source.sku)) as sku,
        source.received_qty * coalesce(units.base_units, 1) as received_qty,
        source.rejected_qty * coalesce(units.base_units, 1) as rejected_qty,
        source.accepted_qty * coalesce(units.base_units, 1) as accepted_qty,
        source.unit_cost,
        source.is_deleted,
        source.promised_date,
        source.received_at,
        source.created_at,
        source.updated_at,
        source.filename as _file
    from source
    left join units on upper(trim(source.uom)) = units.uom
)

select * from final
