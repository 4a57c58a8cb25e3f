with

source as (
    select * from {{ source('mpesa', 'stk_callbacks') }}
),

final as (
    select
        checkout_request_id,
        merchant_request_id,
        result_desc as result_description,
        receipt_number,
        phone_hmac as msisdn_hmac,
        result_code,
        amount as paid_amount,
        false as is_deleted,
        transaction_time as trans_time,
        received_at,
        received_at as updated_at,
        filename as _file
    from source
)

select * from final
