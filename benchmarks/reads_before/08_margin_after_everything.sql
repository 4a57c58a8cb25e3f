-- 08_margin_after_everything.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
),

sales as (
    select
        sku,
        sum(discount_amount) as discount,
        sum(net_amount_ex_vat) as net_sales,
        sum(cogs_amount) as cogs
    from fct_order_lines
    where business_date > (select closed_day - 28 from last_day) and business_date <= (select closed_day from last_day)
    group by sku
),

freight as (
    select
        sku,
        sum(freight_amount) as freight
    from fct_shipments
    where business_date > (select closed_day - 28 from last_day) and business_date <= (select closed_day from last_day)
    group by sku
),

refunds as (
    select
        sku,
        sum(refund_amount) as refunds
    from fct_returns
    where business_date > (select closed_day - 28 from last_day) and business_date <= (select closed_day from last_day)
    group by sku
),

by_product as (
    select
        sku,
        coalesce(sales.discount, 0) as discount,
        coalesce(sales.net_sales, 0) as net_sales,
        coalesce(sales.cogs, 0) as cogs,
        coalesce(freight.freight, 0) as freight,
        coalesce(refunds.refunds, 0) as refunds
    from sales
    full join freight using (sku)
    full join refunds using (sku)
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
