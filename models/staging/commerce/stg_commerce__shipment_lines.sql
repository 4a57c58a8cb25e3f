with

source as (
    select * from {{ source('commerce', 'shipment_lines') }}
),

final as (
    select
        shipment_id,
        line_no,
        order_id,
        order_line_no,
        upper(trim(customer_id)) as customer_id,
        upper(trim(warehouse_code)) as warehouse_code,
        upper(trim(sku)) as sku,
        carrier,
        status as shipment_status,
        shipped_qty,
        delivered_qty,
        damaged_qty,
        freight as freight_amount,
        false as is_deleted,
        shipped_at,
        delivered_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
