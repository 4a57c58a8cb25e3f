with

source as (
    select * from {{ source('mpesa', 'reversals') }}
),

final as (
    select
        trans_id,
        original_trans_id,
        short_code,
        reason as reversal_reason,
        msisdn_hmac,
        amount as reversed_amount,
        result_code,
        false as is_deleted,
        trans_time,
        received_at,
        received_at as updated_at,
        filename as _file
    from source
)

select * from final
