-- question: What is left of the margin after discount, freight and returns?
-- decision: prices, free shipping and what to stop selling online.
-- how to read: by today's category, the last 28 days, KES. margin = net sales − cost of goods; left_over = margin −
--   freight − refunds. Each fact is added up alone, by its own date: a refund counts when goods come back, not when they
--   were sold. Refunds include VAT, net sales do not.
with

by_product as (
    select
        sku,
        sum(discount_amount) as discount,
        sum(net_amount_ex_vat) as net_sales,
        sum(cogs_amount) as cogs,
        sum(freight_amount) as freight,
        sum(refund_amount) as refunds
    from agg_product_daily
    where business_date > (select max(business_date) - 28 from agg_stock_position)
    group by sku
)

select
    coalesce(products.category, 'Unknown') as category,
    sum(by_product.net_sales) as net_sales,
    sum(by_product.discount) as discount,
    sum(by_product.net_sales - by_product.cogs) as margin,
    round(100.0 * sum(by_product.net_sales - by_product.cogs) / nullif(sum(by_product.net_sales), 0), 1) as margin_pct,
    sum(by_product.freight) as freight,
    sum(by_product.refunds) as refunds,
    sum(by_product.net_sales - by_product.cogs - by_product.freight - by_product.refunds) as left_over,
    round(
        100.0 * sum(by_product.net_sales - by_product.cogs - by_product.freight - by_product.refunds)
        / nullif(sum(by_product.net_sales), 0), 1
    ) as left_over_pct
from by_product
left join dim_product as products on by_product.sku = products.sku and products.is_current
group by coalesce(products.category, 'Unknown')
order by left_over desc, category asc
limit 50;
