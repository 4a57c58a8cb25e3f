-- question: How do categories develop, when products have moved between them?
-- decision: a trend that one can trust: has a category grown, or was it only given products of another?
-- how to read: net sales by month, as it was (the category that the product had when it was sold) and as it is (today's
--   category for all the past). moved is the difference: sales of products that have changed their category since.
with

-- a version of a product has the category of its time and, by its sku, today's
categories as (
    select
        versions.product_key,
        versions.category as category_as_was,
        coalesce(products.category, 'Late arriving') as category_as_is
    from dim_product as versions
    left join dim_product as products on versions.sku = products.sku and products.is_current
),

-- read once: the two differ for a few products only
sales as (
    select
        monthly.sales_month,
        categories.category_as_was,
        categories.category_as_is,
        sum(monthly.net_amount_ex_vat) as net_sales
    from agg_sales_monthly as monthly
    inner join categories on monthly.product_key = categories.product_key
    group by monthly.sales_month, categories.category_as_was, categories.category_as_is
),

as_was as (
    select
        sales_month,
        category_as_was as category,
        sum(net_sales) as net_sales
    from sales
    group by sales_month, category_as_was
),

as_is as (
    select
        sales_month,
        category_as_is as category,
        sum(net_sales) as net_sales
    from sales
    group by sales_month, category_as_is
)

select
    sales_month,
    category,
    coalesce(as_was.net_sales, 0) as net_sales_as_was,
    coalesce(as_is.net_sales, 0) as net_sales_as_is,
    coalesce(as_is.net_sales, 0) - coalesce(as_was.net_sales, 0) as moved
from as_was
full join as_is using (sales_month, category)
order by sales_month desc, net_sales_as_is desc, category asc
limit 200;
