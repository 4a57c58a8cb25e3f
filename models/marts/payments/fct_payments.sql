-- grain: one row per provider and provider_txn_id: payments, reversals and failed attempts. amount (signed) and fee are additive.
{% set lookups = [
    {'dimension': 'dim_customer', 'column': 'customer_id', 'event_at': 'paid_at'},
] %}
{{ config(
    unique_key=['provider', 'provider_txn_id'],
    pre_hook="{{ touched_by_rows('int_payments__matched', ['provider', 'provider_txn_id'], " ~ lookups ~ ") }}",
) }}

with

payments as (
    select payments.*
    from {{ ref('int_payments__matched') }} as payments
    {{ only_touched('payments', ['provider', 'provider_txn_id']) }}
    where payments.is_present
),

final as (
    select
        payments.provider,
        payments.provider_txn_id,
        {{ date_key(business_date('payments.paid_at')) }} as pay_date_key,
        {{ optional_date_key(business_date('payments.settled_at')) }} as settle_date_key,
        {{ member_key('customer', 'customer_key', 'payments.customer_id') }} as customer_key,
        payments.payment_path,
        payments.order_id,
        payments.return_id,
        payments.customer_id,
        payments.checkout_request_id,
        payments.short_code,
        payments.result_code,
        payments.reversal_of_txn_id,
        payments.match_status,
        payments.msisdn_hmac,
        payments.amount,
        payments.fee_amount as fee,
        payments.payment_path = 'reversal' as is_reversal,
        payments.is_amount_mismatch,
        payments.has_callback,
        payments.has_statement,
        {{ business_date('payments.paid_at') }} as business_date,
        payments.paid_at,
        payments._load
    from payments
    {{ join_as_of('dim_customer', 'customer', 'customer_id', 'payments.customer_id', 'payments.paid_at') }}
)

select * from final
{{ stored_by('business_date') }}
