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
        hour_of_day,
        result_code,
        sum(attempt_count)::bigint as attempts
    from agg_payment_attempts
    where
        business_date > (select closed_day - 28 from last_day)
        and business_date <= (select closed_day from last_day)
    group by hour_of_day, result_code
),

by_hour as (
    select
        *,
        sum(attempts) over (partition by hour_of_day)::bigint as hour_attempts
    from attempts
)

select
    hour_of_day,
    result_code,
    attempts as failed,
    hour_attempts as attempts,
    round(100.0 * attempts / hour_attempts, 1) as pct
from by_hour
where result_code <> 0
order by failed desc, hour_of_day asc, result_code asc
limit 50;
