with

source as (
    select * from {{ source('erp', 'purchase_orders') }}
),

final as (
    select
        po_number,
        upper(trim(supplier_code)) as supplier_code,
        upper(trim(warehouse_code)) as warehouse_code,
        status as po_status,
        currency as currency_code,
        is_deleted,
        promised_date,
        ordered_at,
        approved_at,
        sent_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
