-- The order lines behind the page, newest first: only the days are read that have as many as are shown.
with

lines_by_day as (
    select
        business_date,
        sum(line_count) as line_count
    from marts.agg_sales_daily
    where
        business_date between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
    group by business_date
),

newer_lines as (
    select
        business_date,
        sum(line_count) over (order by business_date desc) - line_count as newer_count
    from lines_by_day
),

newest_days as (
    select business_date from newer_lines
    where newer_count < 1000
),

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
        order_lines.business_date,
        order_lines.order_id,
        order_lines.line_no,
        order_lines.sku,
        products.product_name,
        products.category,
        order_lines.warehouse_code as warehouse,
        order_lines.channel,
        order_lines.order_status,
        order_lines.qty - order_lines.cancelled_qty as units,
        order_lines.net_amount_ex_vat as net_sales,
        order_lines.discount_amount as discount,
        order_lines.net_amount_ex_vat - order_lines.cogs_amount as margin
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between (select min(business_date) from newest_days) and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
)

select * from final
order by business_date desc, order_id desc, line_no asc
limit 1000;
