-- question: Which M-PESA money came in without an order that it pays for, and for how long has it waited?
-- decision: finance looks for the payer or pays back, oldest first.
-- how to read: open suspense by short code and age in days at the last closed day; the amount is what the provider's
--   statement holds for us.
with

last_day as (
    select max(business_date) as closed_day from agg_stock_position
),

suspense as (
    select
        short_code,
        amount,
        (select closed_day from last_day) - business_date as age_days
    from agg_suspense
    where business_date <= (select closed_day from last_day)
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
