with

source as (
    select * from {{ source('commerce', 'return_lines') }}
),

final as (
    select
        return_id,
        order_id,
        upper(trim(customer_id)) as customer_id,
        upper(trim(warehouse_code)) as warehouse_code,
        channel,
        status as return_status,
        upper(trim(sku)) as sku,
        reason_code,
        batch_no,
        line_no,
        order_line_no,
        returned_qty,
        restocked_qty,
        scrapped_qty,
        refund as refund_amount,
        false as is_deleted,
        returned_at,
        refunded_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
