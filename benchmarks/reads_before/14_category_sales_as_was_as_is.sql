-- 14_category_sales_as_was_as_is.sql before the aggregates: the facts alone.
with

as_was as (
    select
        date_trunc('month', sales.business_date)::date as sales_month,
        products.category,
        sum(sales.net_amount_ex_vat) as net_sales
    from fct_order_lines as sales
    inner join dim_product as products on sales.product_key = products.product_key
    group by all
),

as_is as (
    select
        date_trunc('month', sales.business_date)::date as sales_month,
        coalesce(products.category, 'Late arriving') as category,
        sum(sales.net_amount_ex_vat) as net_sales
    from fct_order_lines as sales
    left join dim_product as products on sales.sku = products.sku and products.is_current
    group by all
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
