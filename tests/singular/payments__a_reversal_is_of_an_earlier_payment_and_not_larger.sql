-- Invariant 13. Threshold: 0. Window: reversals that came lately, with all others of the same payment. Tier 2.
-- Detects: money given back for a payment that is not there, that came later, or that was smaller.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'payments-data', 'invariant': 13}) }}

with

changed as (
    select distinct
        provider,
        reversal_of_txn_id
    from {{ ref('fct_payments') }}
    where is_reversal and _load >= {{ first_tested_load() }}
),

reversals as (
    select
        reversed.provider,
        reversed.reversal_of_txn_id,
        -sum(reversed.amount) as reversed_amount,
        min(reversed.paid_at) as reversed_at
    from {{ ref('fct_payments') }} as reversed
    semi join changed
        on
            reversed.provider = changed.provider
            and reversed.reversal_of_txn_id is not distinct from changed.reversal_of_txn_id
    where reversed.is_reversal
    group by reversed.provider, reversed.reversal_of_txn_id
),

payments as (
    select
        provider,
        provider_txn_id,
        amount,
        paid_at
    from {{ ref('fct_payments') }}
    where not is_reversal
),

final as (
    select
        reversals.*,
        payments.amount as paid_amount,
        payments.paid_at
    from reversals
    left join payments
        on reversals.provider = payments.provider and reversals.reversal_of_txn_id = payments.provider_txn_id
    where
        payments.provider_txn_id is null
        or reversals.reversed_at < payments.paid_at
        or reversals.reversed_amount > payments.amount
)

select * from final
