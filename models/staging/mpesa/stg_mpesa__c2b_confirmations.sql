with

source as (
    select * from {{ source('mpesa', 'c2b_confirmations') }}
),

final as (
    select
        trans_id,
        transaction_type,
        short_code,
        bill_ref as bill_reference,
        invoice_number,
        third_party_trans_id,
        msisdn_hmac,
        amount as paid_amount,
        org_account_balance,
        false as is_deleted,
        trans_time,
        received_at,
        received_at as updated_at,
        filename as _file
    from source
)

select * from final
