-- question: What comes back, why, and from which batch?
-- decision: claim from the supplier of a bad batch; correct a text or a picture that promises too much.
-- how to read: returns of the last 90 days by reason, product and batch. scrapped_pct is the share that could not be sold
--   again. One batch with many returns for quality is a claim; many batches with one reason are a matter of the product
--   or the shop.
select
    reason_code,
    sku,
    product_name,
    batch_no,
    primary_supplier_code,
    return_count,
    returned_qty,
    round(100.0 * scrapped_qty / nullif(returned_qty, 0), 1) as scrapped_pct,
    refund_amount as refunds
from agg_return_reasons
order by returned_qty desc, refunds desc, sku asc, reason_code asc, batch_no asc nulls last
limit 50;
