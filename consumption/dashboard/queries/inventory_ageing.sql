-- Value of the stock at the end of the period by the days since it was last sold there (within the days that are kept).
with

last_day as (
    select max(business_date) as closed_day
    from marts.fct_inventory_daily
    where business_date <= $date_to::date
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

moved as (
    select
        stock.sku,
        stock.warehouse_code,
        max(stock.business_date) filter (where stock.shipped_qty < 0) as last_shipped
    from marts.fct_inventory_daily as stock
    where
        stock.business_date <= (select closed_day from last_day)
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], stock.warehouse_code))
    group by stock.sku, stock.warehouse_code
),

final as (
    select
        case
            when moved.last_shipped >= last_day.closed_day - 6 then '1 · within a week'
            when moved.last_shipped >= last_day.closed_day - 27 then '2 · 1 to 4 weeks'
            when moved.last_shipped >= last_day.closed_day - 55 then '3 · 4 to 8 weeks'
            else '4 · longer ago'
        end as last_sold,
        sum(stock.closing_value) as stock_value
    from marts.fct_inventory_daily as stock
    cross join last_day
    inner join products on stock.product_key = products.product_key
    inner join moved on stock.sku = moved.sku and stock.warehouse_code = moved.warehouse_code
    where stock.business_date = last_day.closed_day and stock.closing_qty > 0
    group by all
)

select * from final
order by last_sold;
