-- Products that are out of stock or will be within 7 days of the last closed day, by warehouse: the most first.
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
        warehouse_code as warehouse,
        count(*) as products_at_risk
    from stock
    where is_assorted and daily_demand > 0 and available_qty < 7 * daily_demand
    group by warehouse_code
)

select * from final
order by products_at_risk desc, warehouse asc
limit 15;
