-- question: What comes back, why, and from which batch?
-- decision: claim from the supplier of a bad batch; correct a text or a picture that promises too much.
-- how to read: returns of the last 90 days by reason, product and batch. scrapped_pct is the share that could not be sold
--   again. One batch with many returns for quality is a claim; many batches with one reason are a matter of the product
--   or the shop.
select
    returned.reason_code,
    returned.sku,
    products.product_name,
    returned.batch_no,
    products.primary_supplier_code,
    returned.return_count,
    returned.returned_qty,
    round(100.0 * returned.scrapped_qty / nullif(returned.returned_qty, 0), 1) as scrapped_pct,
    returned.refund_amount as refunds
from agg_return_reasons as returned
left join dim_product as products on returned.sku = products.sku and products.is_current
order by returned_qty desc, refunds desc, returned.sku asc, returned.reason_code asc, returned.batch_no asc nulls last
limit 50;
