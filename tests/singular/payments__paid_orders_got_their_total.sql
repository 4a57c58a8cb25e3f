-- Invariant 12*, binds shop and M-PESA. Threshold: 0.
-- Window: orders that either feed touched lately, last changed on a day that a statement covers (messages get lost). Tier 2.
-- Detects: an order marked as paid for which less, more or nothing came in; a payment of an order that counts as unpaid.
-- Money given back for returns is left out, and so are second payments: the total of an order knows neither.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'payments-data', 'invariant': 12}) }}

with

covered as (
    select max({{ business_date('completed_at') }}) as last_day
    from {{ ref('int_mpesa_statement_lines__versions') }}
    where _is_latest
),

changed as (
    select order_id from {{ ref('int_orders__versions') }}
    where payment_method = 'mpesa' and _load >= {{ first_tested_load() }}
    union
    select order_id from {{ ref('fct_payments') }}
    where provider = 'mpesa' and order_id is not null and _load >= {{ first_tested_load() }}
),

orders as (
    select
        headers.order_id,
        headers.order_amount,
        headers.paid_at
    from {{ ref('int_orders__versions') }} as headers
    semi join changed using (order_id)
    cross join covered
    where
        headers._is_latest
        and not headers.is_deleted
        and headers.payment_method = 'mpesa'
        and {{ business_date('headers.updated_at') }} <= covered.last_day
),

paid as (
    select
        order_id,
        sum(amount) as paid_amount
    from {{ ref('fct_payments') }}
    semi join changed using (order_id)
    where provider = 'mpesa' and match_status = 'matched' and return_id is null
    group by order_id
),

final as (
    select
        orders.*,
        coalesce(paid.paid_amount, 0) as paid_amount
    from orders
    left join paid using (order_id)
    where coalesce(paid.paid_amount, 0) <> case when orders.paid_at is null then 0 else orders.order_amount end
)

select * from final
