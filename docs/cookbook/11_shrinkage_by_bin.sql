-- question: Where does stock disappear?
-- decision: which bins to audit, and which warehouse to visit.
-- how to read: counts of the last 90 days against the books. shrinkage is the value of what was missing, surplus of what
--   was too much; a bin with both is often wrongly booked, a bin with shrinkage alone is losing goods. exact_pct is the
--   share of counts without any difference.
with

last_day as (
    select max(business_date) as closed_day from agg_stock_position
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
