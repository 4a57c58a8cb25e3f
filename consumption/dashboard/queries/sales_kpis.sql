-- Sales, now and in the period before: the governed metrics of the order lines, ratios as sums over sums.
with

sold as (
    select
        *,
        business_date >= $date_from::date as is_now
    from marts.agg_sales_daily
    where
        business_date between $before_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
),

-- orders do not add up over categories, of which an order has several: chosen ones are looked for in the lines
products as (
    select product_key from marts.dim_product
    where $category::varchar[] is not null and list_contains($category::varchar[], category)
),

orders_of_categories as (
    select
        order_lines.business_date >= $date_from::date as is_now,
        count(distinct order_lines.order_id) as selling_orders
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        $category::varchar[] is not null
        and order_lines.business_date between $before_from::date and $date_to::date
        and order_lines.qty > order_lines.cancelled_qty
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
    group by is_now
),

whole_orders as (
    select
        business_date >= $date_from::date as is_now,
        count(*) as selling_orders
    from marts.fct_order_fulfilment
    where
        $category::varchar[] is null
        and business_date between $before_from::date and $date_to::date
        and ordered_qty > cancelled_qty
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
    group by is_now
),

orders as (
    select * from whole_orders
    union all
    select * from orders_of_categories
),

sums as (
    select
        is_now,
        sum(net_amount_ex_vat) as net_sales,
        sum(net_amount_ex_vat - cogs_amount) / nullif(sum(net_amount_ex_vat), 0) as gross_margin_pct,
        sum(sold_qty) as sold_qty,
        sum(discount_amount) / nullif(sum(gross_amount), 0) as discount_rate
    from sold
    group by is_now
),

final as (
    select
        sums.is_now,
        sums.net_sales,
        sums.gross_margin_pct,
        coalesce(orders.selling_orders, 0) as selling_orders,
        sums.net_sales / nullif(orders.selling_orders, 0) as average_order_value,
        sums.sold_qty / nullif(orders.selling_orders, 0) as units_per_order,
        sums.discount_rate,
        (select min(business_date) from marts.agg_sales_daily) <= $before_from::date as is_comparable
    from sums
    left join orders on sums.is_now = orders.is_now
)

select * from final
order by is_now desc;
