-- How long the stock of each assorted product and warehouse lasts, at the last closed day.
with

stock as (
    select
        positions.*,
        products.product_name,
        products.category
    from marts.agg_stock_position as positions
    inner join marts.dim_product as products on positions.product_key = products.product_key
    where
        ($category::varchar[] is null or list_contains($category::varchar[], products.category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], positions.warehouse_code))
),

final as (
    select
        case
            when available_qty <= 0 then '1 · out'
            when daily_demand is null or daily_demand = 0 then '7 · unsold'
            when available_qty < 7 * daily_demand then '2 · < 7'
            when available_qty < 14 * daily_demand then '3 · 7–14'
            when available_qty < 28 * daily_demand then '4 · 14–28'
            when available_qty < 90 * daily_demand then '5 · 28–90'
            else '6 · 90+'
        end as days_of_cover,
        count(*) as places
    from stock
    where is_assorted
    group by all
)

select * from final
order by days_of_cover;
