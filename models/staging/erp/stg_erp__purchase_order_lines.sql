with

source as (
    select * from {{ source('erp', 'purchase_order_lines') }}
),

final as (
    select
        po_number,
        line_no,
        upper(trim(sku)) as sku,
        ordered_qty,
        cancelled_qty,
        unit_cost,
        is_deleted,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
