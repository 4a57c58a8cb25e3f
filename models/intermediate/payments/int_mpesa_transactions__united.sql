-- grain: one row per number of an M-PESA transaction: a receipt, or the request of an attempt that failed.
-- The statement is complete and late, messages are early and get lost: each fills what the other does not say.
{{ config(unique_key=['provider_txn_id'], pre_hook="{{ touched_mpesa_transactions() }}") }}

with

statement_lines as (
    select statement_lines.*
    from {{ ref('int_mpesa_statement_lines__versions') }} as statement_lines
    {{ only_touched('statement_lines', ['receipt_number'], named=['provider_txn_id']) }}
    where statement_lines._is_latest and not statement_lines.is_deleted
),

confirmations as (
    select confirmations.*
    from {{ ref('int_mpesa_confirmations__versions') }} as confirmations
    {{ only_touched('confirmations', ['trans_id'], named=['provider_txn_id']) }}
    where confirmations._is_latest and not confirmations.is_deleted
),

reversals as (
    select reversals.*
    from {{ ref('int_mpesa_reversals__versions') }} as reversals
    {{ only_touched('reversals', ['trans_id'], named=['provider_txn_id']) }}
    where reversals._is_latest and not reversals.is_deleted
),

answers as (
    select
        callbacks.*,
        {{ transaction_of_callback('callbacks') }} as provider_txn_id
    from {{ ref('int_mpesa_callbacks__versions') }} as callbacks
    where callbacks._is_latest and not callbacks.is_deleted
),

callbacks as (
    select answers.*
    from answers
    {{ only_touched('answers', ['provider_txn_id']) }}
    -- two answers with one receipt are one payment
    qualify row_number() over (partition by answers.provider_txn_id order by answers.checkout_request_id nulls last) = 1
),

requests as (
    select requests.*
    from {{ ref('int_payment_requests__versions') }} as requests
    semi join callbacks on requests.checkout_request_id = callbacks.checkout_request_id
    where requests._is_latest and not requests.is_deleted
),

transaction_keys as (
    {% if is_incremental() -%}
    select provider_txn_id from {{ touched() }}
    {%- else -%}
    select receipt_number as provider_txn_id from statement_lines
    union
    select trans_id from confirmations
    union
    select trans_id from reversals
    union
    select provider_txn_id from callbacks
    {%- endif %}
),

united as (
    select
        transaction_keys.provider_txn_id,
        callbacks.checkout_request_id,
        case
            when reversals.trans_id is not null or statement_lines.reason_type = 'Reversal' then 'reversal'
            when callbacks.provider_txn_id is not null or statement_lines.reason_type = 'Pay Bill Online' then 'stk'
            else 'c2b'
        end as payment_path,
        coalesce(statement_lines.short_code, confirmations.short_code, reversals.short_code) as short_code,
        coalesce(requests.order_id, confirmations.bill_reference, statement_lines.account_reference) as reference,
        coalesce(reversals.reversal_reason, statement_lines.account_reference) as reversal_reason,
        coalesce(reversals.original_trans_id, statement_lines.linked_receipt_number) as original_txn_id,
        coalesce(callbacks.msisdn_hmac, confirmations.msisdn_hmac, reversals.msisdn_hmac, requests.msisdn_hmac) as msisdn_hmac,
        -- what is on the statement has moved
        coalesce(callbacks.result_code, reversals.result_code, 0) as result_code,
        coalesce(statement_lines.paid_in_amount, 0) - coalesce(statement_lines.withdrawn_amount, 0) as statement_amount,
        coalesce(callbacks.paid_amount, confirmations.paid_amount, -reversals.reversed_amount) as message_amount,
        coalesce(statement_lines.fee_amount, 0) as fee_amount,
        coalesce(callbacks.provider_txn_id, confirmations.trans_id, reversals.trans_id) is not null as has_callback,
        statement_lines.receipt_number is not null as has_statement,
        coalesce(
            statement_lines.completed_at,
            callbacks.trans_time,
            confirmations.trans_time,
            reversals.trans_time,
            callbacks.received_at
        ) as paid_at,
        statement_lines.completed_at as settled_at,
        {{ united_loads([
            'statement_lines._load', 'confirmations._load', 'reversals._load', 'callbacks._load', 'requests._load'
        ]) }} as _loads,
        {{ latest_load() }} as _load
    from transaction_keys
    left join statement_lines on transaction_keys.provider_txn_id = statement_lines.receipt_number
    left join confirmations on transaction_keys.provider_txn_id = confirmations.trans_id
    left join reversals on transaction_keys.provider_txn_id = reversals.trans_id
    left join callbacks on transaction_keys.provider_txn_id = callbacks.provider_txn_id
    left join requests on callbacks.checkout_request_id = requests.checkout_request_id
),

final as (
    select
        * {{ exclude_columns(['reference', 'original_txn_id', 'reversal_reason', 'statement_amount', 'message_amount']) }},
        case when payment_path <> 'reversal' then reference end as order_reference,
        case when payment_path = 'reversal' then original_txn_id end as reversal_of_txn_id,
        case when payment_path = 'reversal' and reversal_reason like 'RET%' then reversal_reason end as return_id,
        cast(case
            when has_statement then statement_amount when result_code = 0 then message_amount else 0
        end as decimal(18, 2)) as amount,
        coalesce(has_statement and statement_amount <> message_amount, false) as is_amount_mismatch,
        has_statement or has_callback as is_present
    from united
)

select * from final
