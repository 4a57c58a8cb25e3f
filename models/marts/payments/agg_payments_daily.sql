-- grain: one row per business_date, provider, match_status and is_reversal, all of history.
-- payment_count, amount and fee are additive.
{{ config(materialized='table') }}

with

payments as (
    select * from {{ ref('fct_payments') }}
),

final as (
    select
        provider,
        match_status,
        is_reversal,
        count(*) as payment_count,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(sum(fee) as decimal(18, 2)) as fee,
        business_date
    from payments
    group by business_date, provider, match_status, is_reversal
)

select * from final
{{ stored_by('business_date') }}
