with

source as (
    select * from {{ source('commerce', 'payment_requests') }}
),

final as (
    select
        checkout_request_id,
        merchant_request_id,
        order_id,
        msisdn_hmac,
        amount as requested_amount,
        false as is_deleted,
        requested_at,
        created_at,
        updated_at,
        filename as _file
    from source
)

select * from final
