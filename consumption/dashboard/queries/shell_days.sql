-- The days that a period can span: first sale, last closed day, and the day of the last run for the pages on runs.
select
    coalesce((select min(business_date) from marts.fct_order_lines), max(business_date)) as first_day,
    max(business_date) as last_day,
    coalesce((select max(started_at)::date from ops.run), max(business_date)) as last_run_day
from marts.fct_inventory_daily
having max(business_date) is not null;
