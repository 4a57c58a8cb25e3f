-- The days that a period can span: from the first sale to the last closed day.
select
    coalesce((select min(business_date) from marts.fct_order_lines), max(business_date)) as first_day,
    max(business_date) as last_day
from marts.fct_inventory_daily
having max(business_date) is not null;
