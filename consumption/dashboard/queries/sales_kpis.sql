-- Sales, now and in the period before. net_sales is ex VAT without cancelled lines; a margin without cost is none.
with

products as (
    select product_key
    from marts.dim_product
    where $category::varchar[] is null or list_contains($category::varchar[], category)
),

sold as (
    select
        order_lines.*,
        order_lines.business_date >= $date_from::date as is_now
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $date_from::date - ($date_to::date - $date_from::date + 1) and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
),

final as (
    select
        is_now,
        sum(net_amount_ex_vat) as net_sales,
        count(distinct order_id) as orders
    from sold
    group by is_now
)

select * from final
order by is_now desc;
