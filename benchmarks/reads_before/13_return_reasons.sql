-- 13_return_reasons.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
)

select
    returned.reason_code,
    returned.sku,
    products.product_name,
    returned.batch_no,
    products.primary_supplier_code,
    count(distinct returned.return_id) as return_count,
    sum(returned.returned_qty) as returned_qty,
    round(100.0 * sum(returned.scrapped_qty) / nullif(sum(returned.returned_qty), 0), 1) as scrapped_pct,
    sum(returned.refund_amount) as refunds
from fct_returns as returned
left join dim_product as products on returned.sku = products.sku and products.is_current
where
    returned.business_date > (select closed_day - 90 from last_day)
    and returned.business_date <= (select closed_day from last_day)
group by returned.reason_code, returned.sku, products.product_name, returned.batch_no, products.primary_supplier_code
order by returned_qty desc, refunds desc, returned.sku asc, returned.reason_code asc, returned.batch_no asc nulls last
limit 50;
