-- 10_payment_failures_by_hour.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
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
