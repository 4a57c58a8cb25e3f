-- The days that a period can span: first sale, last closed day, and the day of the last run for the pages on runs. Before the
-- first day is closed, the day of the last run stands for it: what Ghala did is to be seen all the same.
with

known as (
    select
        (select min(business_date) from marts.fct_order_lines) as first_day,
        (select max(business_date) from marts.fct_inventory_daily) as last_day,
        (select max(started_at)::date from ops.run) as last_run_day
),

final as (
    select
        coalesce(first_day, last_day, last_run_day) as first_day,
        coalesce(last_day, last_run_day) as last_day,
        coalesce(last_run_day, last_day) as last_run_day
    from known
    where coalesce(last_day, last_run_day) is not null
)

select * from final;
