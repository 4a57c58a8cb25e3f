-- Value of the stock at the last closed day by the days since it was last sold there.
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
            when last_shipped_date >= business_date - 6 then '1 · within a week'
            when last_shipped_date >= business_date - 27 then '2 · 1 to 4 weeks'
            when last_shipped_date >= business_date - 55 then '3 · 4 to 8 weeks'
            else '4 · longer ago'
        end as last_sold,
        sum(closing_value) as stock_value
    from stock
    where closing_qty > 0
    group by all
)

select * from final
order by last_sold;
