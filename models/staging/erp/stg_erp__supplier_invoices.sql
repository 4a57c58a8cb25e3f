with

source as (
    select * from {{ source('erp', 'supplier_invoices') }}
),

final as (
    select
        invoice_number,
        upper(trim(supplier_code)) as supplier_code,
        supplier_name,
        po_number,
        grn_number,
        upper(trim(currency)) as currency_code,
        status as invoice_status,
        line_no,
        po_line_no,
        invoiced_qty,
        unit_price,
        line_amount,
        is_deleted,
        invoice_date,
        due_date,
        paid_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
