-- Invariant 12*, binds the messages of M-PESA and its statement. Threshold: 0.
-- Window: messages that came lately, of days that a statement covers. Tier 2.
-- Detects: a payment or reversal that was reported and is not on the statement, or is there with another amount.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'payments-data', 'invariant': 12}) }}

with

messages as (
    select
        trans_id as provider_txn_id,
        paid_amount as message_amount,
        trans_time
    from {{ ref('int_mpesa_confirmations__versions') }}
    where _is_latest and _load >= {{ first_tested_load() }}
    union all
    select
        receipt_number as provider_txn_id,
        paid_amount as message_amount,
        trans_time
    from {{ ref('int_mpesa_callbacks__versions') }}
    where _is_latest and result_code = 0 and _load >= {{ first_tested_load() }}
    union all
    select
        trans_id as provider_txn_id,
        -reversed_amount as message_amount,
        trans_time
    from {{ ref('int_mpesa_reversals__versions') }}
    where _is_latest and result_code = 0 and _load >= {{ first_tested_load() }}
),

covered as (
    select max({{ business_date('completed_at') }}) as last_day
    from {{ ref('int_mpesa_statement_lines__versions') }}
    where _is_latest
),

settled as (
    select
        provider_txn_id,
        amount
    from {{ ref('fct_payments') }}
    where provider = 'mpesa' and has_statement
),

final as (
    select
        messages.*,
        settled.amount as statement_amount
    from messages
    left join settled using (provider_txn_id)
    cross join covered
    where
        {{ business_date('messages.trans_time') }} <= covered.last_day
        and settled.amount is distinct from messages.message_amount
)

select * from final
