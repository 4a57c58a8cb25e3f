with

source as (
    select * from {{ source('mpesa', 'statements') }}
),

final as (
    select
        receipt_no as receipt_number,
        short_code,
        details as transaction_details,
        status as transaction_status,
        reason_type,
        linked_receipt_no as linked_receipt_number,
        account_no as account_reference,
        paid_in as paid_in_amount,
        withdrawn as withdrawn_amount,
        fee as fee_amount,
        balance as balance_amount,
        false as is_deleted,
        completed_at,
        completed_at as updated_at,
        filename as _file
    from source
)

select * from final
