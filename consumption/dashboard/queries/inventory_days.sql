-- Share of assorted products that are out of stock, by day.
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

final as (
    select
        stock.business_date,
        sum(stock.is_stockout::integer) filter (where stock.is_assorted)
        / nullif(count(*) filter (where stock.is_assorted), 0) as stockout_rate
    from marts.fct_inventory_daily as stock
    inner join products on stock.product_key = products.product_key
    where
        stock.business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], stock.warehouse_code))
    group by stock.business_date
)

select * from final
order by business_date;
