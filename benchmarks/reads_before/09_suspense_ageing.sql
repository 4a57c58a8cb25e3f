-- 09_suspense_ageing.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
),

-- a payment and what was given back of it belong together: only what is still there waits
suspense as (
    select
        coalesce(reversal_of_txn_id, provider_txn_id) as payment,
        max(short_code) as short_code,
        sum(amount) as amount,
        (select closed_day from last_day) - min(business_date) as age_days
    from fct_payments
    where provider = 'mpesa' and match_status = 'suspense' and business_date <= (select closed_day from last_day)
    group by coalesce(reversal_of_txn_id, provider_txn_id)
    having sum(amount) <> 0
)

select
    short_code,
    case
        when age_days <= 1 then '1 up to a day'
        when age_days <= 7 then '2 up to a week'
        when age_days <= 30 then '3 up to 30 days'
        else '4 older'
    end as age,
    count(*) as payments,
    sum(amount) as amount,
    max(age_days) as oldest_days
from suspense
group by all
order by short_code nulls last, age
limit 50;
