-- Stock at the end of the period and stock-outs in it, now and before. Cover is that of the last closed day: stock over the
-- demand of 28 days with stock.
with

days as (
    select
        business_date,
        business_date >= $date_from::date as is_now,
        sum(assorted_count) as assorted,
        sum(stockout_count) as stockouts,
        sum(closing_qty) as closing_qty,
        sum(closing_value) as stock_value
    from marts.agg_stock_daily
    where
        business_date between $before_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
    group by business_date
),

cover as (
    select sum(positions.closing_qty) / nullif(sum(positions.daily_demand), 0) as days_of_cover
    from marts.agg_stock_position as positions
    inner join marts.dim_product as products on positions.product_key = products.product_key
    where
        ($category::varchar[] is null or list_contains($category::varchar[], products.category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], positions.warehouse_code))
),

summed as (
    select
        is_now,
        sum(stockouts) / nullif(sum(assorted), 0) as stockout_rate,
        arg_max(stockouts, business_date) as stockouts,
        arg_max(closing_qty, business_date) as closing_qty,
        arg_max(stock_value, business_date) as stock_value
    from days
    group by is_now
),

final as (
    select
        *,
        case when is_now then (select days_of_cover from cover) end as days_of_cover,
        (select min(business_date) from marts.agg_stock_daily) <= $before_from::date as is_comparable
    from summed
)

select * from final
order by is_now desc;
