-- Invariant 11. Threshold: 0. Window: orders with a payment or a return that came lately (first_tested_load). Tier 2.
-- Detects: a refund that was paid out twice, of goods that were never paid, or larger than what they cost.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'payments-data', 'invariant': 11}) }}

with

changed as (
    select order_id from {{ ref('fct_payments') }}
    where order_id is not null and _load >= {{ first_tested_load() }}
    union
    select order_id from {{ ref('fct_returns') }}
    where is_matched and _load >= {{ first_tested_load() }}
),

paid as (
    select
        order_id,
        coalesce(sum(amount) filter (where not is_reversal), 0) as paid_amount,
        coalesce(-sum(amount) filter (where is_reversal), 0) as reversed_amount
    from {{ ref('fct_payments') }}
    semi join changed using (order_id)
    group by order_id
),

refunded as (
    select
        order_id,
        sum(refund_amount) as refund_amount
    from {{ ref('fct_returns') }}
    semi join changed using (order_id)
    where is_matched and return_status = 'refunded'
    group by order_id
),

final as (
    select
        changed.order_id,
        paid.paid_amount,
        paid.reversed_amount,
        refunded.refund_amount
    from changed
    left join paid using (order_id)
    left join refunded using (order_id)
    where greatest(paid.reversed_amount, refunded.refund_amount) > coalesce(paid.paid_amount, 0)
)

select * from final
