-- question: How do categories develop, when products have moved between them?
-- decision: a trend that one can trust: has a category grown, or was it only given products of another?
-- how to read: net sales by month, as it was (the category that the product had when it was sold) and as it is (today's
--   category for all the past). moved is the difference: sales of products that have changed their category since.
with

-- read once: the two differ for a few products only
sales as (
    select
        sales_month,
        category as category_as_was,
        category_today as category_as_is,
        sum(net_amount_ex_vat) as net_sales
    from agg_sales_monthly
    group by sales_month, category, category_today
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
