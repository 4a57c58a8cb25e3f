-- Net sales by week and channel; the first and the last week may be cut off by the period.
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

final as (
    select
        date_trunc('week', order_lines.business_date)::date as week,
        order_lines.channel,
        sum(order_lines.net_amount_ex_vat) as net_sales
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
    group by date_trunc('week', order_lines.business_date)::date, order_lines.channel
)

select * from final
order by channel, week;
