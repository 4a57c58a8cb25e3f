-- question: What comes back, why, and from which batch?
-- decision: claim from the supplier of a bad batch; correct a text or a picture that promises too much.
-- how to read: returns of the last 90 days by reason, product and batch. scrapped_pct is the share that could not be sold
--   again. One batch with many returns for quality is a claim; many batches with one reason are a matter of the product
--   or the shop.
with

last_day as (
    select max(business_date) as closed_day from agg_stock_position
),

returned as (
    select
        reason_code,
        sku,
        batch_no,
        count(distinct return_id) as return_count,
        sum(returned_qty) as returned_qty,
        sum(scrapped_qty) as scrapped_qty,
        sum(refund_amount) as refunds
    from fct_returns
    where business_date > (select closed_day - 90 from last_day) and business_date <= (select closed_day from last_day)
    group by reason_code, sku, batch_no
)

select
    returned.reason_code,
    returned.sku,
    products.product_name,
    returned.batch_no,
    products.primary_supplier_code,
    returned.return_count,
    returned.returned_qty,
    round(100.0 * returned.scrapped_qty / nullif(returned.returned_qty, 0), 1) as scrapped_pct,
    returned.refunds
from returned
left join dim_product as products on returned.sku = products.sku and products.is_current
order by returned_qty desc, refunds desc, returned.sku asc, returned.reason_code asc, returned.batch_no asc nulls last
limit 50;
