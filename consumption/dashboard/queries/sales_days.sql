-- Net sales of each day, beside those of the same place in the period before.
with

products as (
    select
        product_key,
        sku,
        product_name,
        category,
        abc_class
    from marts.dim_product
    where $category::varchar[] is null or list_contains($category::varchar[], category)
),

sold as (
    select
        order_lines.business_date,
        sum(order_lines.net_amount_ex_vat) as net_sales
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $before_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
    group by order_lines.business_date
),

final as (
    select
        sold.business_date,
        sold.net_sales,
        earlier.net_sales as net_sales_before
    from sold
    left join sold as earlier on sold.business_date = earlier.business_date + ($date_from::date - $before_from::date)::integer
    where sold.business_date >= $date_from::date
)

select * from final
order by business_date;
