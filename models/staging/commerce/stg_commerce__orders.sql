with

source as (
    select * from {{ source('commerce', 'orders') }}
),

final as (
    select
        order_id,
        upper(trim(customer_id)) as customer_id,
        upper(trim(warehouse_code)) as warehouse_code,
        channel,
        status as order_status,
        payment_method,
        currency as currency_code,
        shipping_fee,
        discount_total as discount_amount,
        order_total as order_amount,
        false as is_deleted,
        promised_date,
        placed_at,
        paid_at,
        allocated_at,
        picked_at,
        cancelled_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
