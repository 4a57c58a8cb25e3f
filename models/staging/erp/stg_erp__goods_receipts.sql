with

source as (
    select * from {{ source('erp', 'goods_receipts') }}
),

final as (
    select
        grn_number,
        line_no,
        po_number,
        po_line_no,
        upper(trim(supplier_code)) as supplier_code,
        upper(trim(warehouse_code)) as warehouse_code,
        upper(trim(sku)) as sku,
        received_qty,
        rejected_qty,
        accepted_qty,
        unit_cost,
        is_deleted,
        promised_date,
        received_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
