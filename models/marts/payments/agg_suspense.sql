-- grain: one row per payment of M-PESA that no order has claimed: what is still there after reversals, and since when.
-- amount is additive.
{{ config(materialized='table') }}

with

payments as (
    select * from {{ ref('fct_payments') }}
    where provider = 'mpesa' and match_status = 'suspense'
),

final as (
    select
        -- a payment and what was given back of it belong together: only what is still there waits
        coalesce(reversal_of_txn_id, provider_txn_id) as provider_txn_id,
        max(short_code) as short_code,
        cast(sum(amount) as decimal(18, 2)) as amount,
        min(business_date) as business_date
    from payments
    group by coalesce(reversal_of_txn_id, provider_txn_id)
    having sum(amount) <> 0
)

select * from final
