-- question: Where does stock disappear?
-- decision: which bins to audit, and which warehouse to visit.
-- how to read: counts of the last 90 days against the books. shrinkage is the value of what was missing, surplus of what
--   was too much; a bin with both is often wrongly booked, a bin with shrinkage alone is losing goods. exact_pct is the
--   share of counts without any difference. The books know no bins: the fullest of a product's bins shows its difference.
select
    warehouse_code,
    bin,
    count_count as counts,
    round(100.0 * exact_count / count_count, 1) as exact_pct,
    missing_qty,
    shrinkage_value as shrinkage,
    surplus_value as surplus
from agg_shrinkage
where exact_count < count_count
order by shrinkage desc, warehouse_code asc, bin asc
limit 50;
