with

source as (
    select * from {{ source('commerce', 'order_lines') }}
),

final as (
    select
        order_id,
        line_no,
        upper(trim(customer_id)) as customer_id,
        upper(trim(warehouse_code)) as warehouse_code,
        upper(trim(sku)) as sku,
        promo_code,
        channel,
        status as order_status,
        vat_class,
        qty,
        cancelled_qty,
        unit_price,
        discount as discount_amount,
        false as is_deleted,
        placed_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
