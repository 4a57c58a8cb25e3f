-- question: Why do M-PESA payments fail, and at what hour?
-- decision: which failures to try again by themselves, when, and when to warn the shop.
-- how to read: attempts by STK push in the last 28 days by hour in Nairobi. pct is the share of the hour's attempts that
--   ended with this code: 1 balance too low, 1032 cancelled by the customer, 1037 phone not reached, 2001 wrong PIN.
with

last_day as (
    select max(business_date) as closed_day from agg_stock_position
),

attempts as (
    select
        extract('hour' from paid_at + interval 3 hour) as hour_of_day,
        result_code
    from fct_payments
    where
        payment_path = 'stk'
        and result_code is not null
        and business_date > (select closed_day - 28 from last_day)
        and business_date <= (select closed_day from last_day)
),

by_hour as (
    select
        hour_of_day,
        count(*) as attempts
    from attempts
    group by hour_of_day
)

select
    attempts.hour_of_day,
    attempts.result_code,
    count(*) as failed,
    by_hour.attempts,
    round(100.0 * count(*) / by_hour.attempts, 1) as pct
from attempts
inner join by_hour on attempts.hour_of_day = by_hour.hour_of_day
where attempts.result_code <> 0
group by attempts.hour_of_day, attempts.result_code, by_hour.attempts
order by failed desc, hour_of_day asc, result_code asc
limit 50;
