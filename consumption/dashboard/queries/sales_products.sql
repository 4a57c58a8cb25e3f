-- The products that sold most. Days that sales by day and product have are added up from there when neither warehouse nor
-- channel is chosen, all others from the order lines; where one of the two has no days to give, it is not read.
with

kept as (
    select
        min(business_date) as first_day,
        max(business_date) as last_day
    from marts.agg_product_daily
),

days as (
    select
        calendar.business_date,
        $warehouse::varchar[] is null
        and $channel::varchar[] is null
        and coalesce(calendar.business_date between kept.first_day and kept.last_day, false) as is_added_up
    from (
        select unnest(generate_series($date_from::date, $date_to::date, interval 1 day))::date as business_date
    ) as calendar
    cross join kept
),

sold as (
    select
        daily.product_key,
        daily.sku,
        daily.net_amount_ex_vat
    from marts.agg_product_daily as daily
    inner join days on daily.business_date = days.business_date and days.is_added_up
    where
        daily.line_count > 0
        and daily.business_date between $date_from::date and $date_to::date
    union all
    select
        order_lines.product_key,
        order_lines.sku,
        order_lines.net_amount_ex_vat
    from marts.fct_order_lines as order_lines
    inner join days on order_lines.business_date = days.business_date and not days.is_added_up
    where
        order_lines.business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
),

-- by key before products are joined, which is half the work; products that have not arrived yet share a key
sums as (
    select
        product_key,
        case when product_key < 0 then sku end as late_sku,
        sum(net_amount_ex_vat) as net_sales
    from sold
    group by product_key, late_sku
),

final as (
    select
        coalesce(sums.late_sku, products.sku) as sku,
        max(products.product_name) as product,
        sum(sums.net_sales) as net_sales
    from sums
    inner join marts.dim_product as products on sums.product_key = products.product_key
    where $category::varchar[] is null or list_contains($category::varchar[], products.category)
    group by coalesce(sums.late_sku, products.sku)
)

select * from final
order by net_sales desc nulls last, sku asc
limit 10;
