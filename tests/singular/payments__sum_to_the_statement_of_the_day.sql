-- Invariant 12*, binds the messages of M-PESA and its statement. Threshold: 0.
-- Window: days with a payment or statement line that came lately, until the last day that a statement covers. Tier 2.
-- Detects: money that was reported and never moved, moved and is not among the payments, or a statement that is missing.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'payments-data', 'invariant': 12}) }}

with

statement_lines as (
    select
        *,
        {{ business_date('completed_at') }} as business_date
    from {{ ref('int_mpesa_statement_lines__versions') }}
    where _is_latest
),

mpesa_payments as (
    select * from {{ ref('fct_payments') }}
    where provider = 'mpesa'
),

changed as (
    select business_date from statement_lines
    where _load >= {{ first_tested_load() }}
    union
    select business_date from mpesa_payments
    where _load >= {{ first_tested_load() }}
),

moved as (
    select
        short_code,
        business_date,
        sum(coalesce(paid_in_amount, 0) - coalesce(withdrawn_amount, 0)) as statement_amount
    from statement_lines
    semi join changed using (business_date)
    group by short_code, business_date
),

-- failed attempts carry 0
known as (
    select
        coalesce(short_code, 'unknown') as short_code,
        business_date,
        sum(amount) as payment_amount
    from mpesa_payments
    semi join changed using (business_date)
    where match_status in ('matched', 'suspense', 'overpaid', 'failed') and amount <> 0
    group by coalesce(short_code, 'unknown'), business_date
),

covered as (
    select max(business_date) as last_day
    from statement_lines
),

final as (
    select *
    from moved
    full join known using (short_code, business_date)
    where
        moved.statement_amount is distinct from known.payment_amount
        and business_date <= (select covered.last_day from covered)
)

select * from final
