-- The products that sold most. Sales by day and product answer for their days when neither warehouse nor channel is chosen,
-- else the order lines: without products, the part that is not asked ends before it reads.
with

kept_days as (
    select
        min(business_date) as first_day,
        max(business_date) as last_day
    from marts.agg_product_daily
),

products as (
    select
        dim_product.product_key,
        dim_product.product_name,
        $warehouse::varchar[] is null
        and $channel::varchar[] is null
        and coalesce($date_from::date >= kept_days.first_day and $date_to::date <= kept_days.last_day, false)
            as is_added_up
    from marts.dim_product
    cross join kept_days
    where $category::varchar[] is null or list_contains($category::varchar[], category)
),

sold as (
    select
        daily.sku,
        products.product_name,
        daily.net_amount_ex_vat
    from marts.agg_product_daily as daily
    inner join products on daily.product_key = products.product_key
    where
        products.is_added_up
        and daily.line_count > 0
        and daily.business_date between $date_from::date and $date_to::date
    union all
    select
        order_lines.sku,
        products.product_name,
        order_lines.net_amount_ex_vat
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        not products.is_added_up
        and order_lines.business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
),

final as (
    select
        sku,
        max(product_name) as product,
        sum(net_amount_ex_vat) as net_sales
    from sold
    group by sku
)

select * from final
order by net_sales desc nulls last, sku asc
limit 10;
