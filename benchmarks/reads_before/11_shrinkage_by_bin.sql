-- 11_shrinkage_by_bin.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
)

select
    counts.warehouse_code,
    counts.bin,
    count(*) as counts,
    round(100.0 * count(*) filter (where counts.variance_qty = 0) / count(*), 1) as exact_pct,
    coalesce(sum(-counts.variance_qty) filter (where counts.variance_qty < 0), 0) as missing_qty,
    coalesce(sum(-counts.variance_value) filter (where counts.variance_qty < 0), 0) as shrinkage,
    coalesce(sum(counts.variance_value) filter (where counts.variance_qty > 0), 0) as surplus
from fct_stock_counts as counts
where counts.business_date > (select closed_day - 90 from last_day) and counts.business_date <= (select closed_day from last_day)
group by counts.warehouse_code, counts.bin
having count(*) filter (where counts.variance_qty <> 0) > 0
order by shrinkage desc, counts.warehouse_code asc, counts.bin asc
limit 50;
