-- Net sales by day, on promotion and without.
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
        order_lines.*,
        order_lines.promo_code <> '0' as is_promoted
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
),

final as (
    select
        business_date,
        if(is_promoted, 'on promotion', 'without') as series,
        sum(net_amount_ex_vat) as net_sales
    from sold
    group by business_date, is_promoted
)

select * from final
order by series, business_date;
