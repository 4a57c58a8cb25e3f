-- How long the stock of each assorted product and warehouse lasts, at the end of the period.
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

demand as (
    select
        stock.sku,
        stock.warehouse_code,
        1.0 * sum(-stock.shipped_qty)
        / nullif(count(*) filter (where stock.closing_qty > 0 or stock.shipped_qty < 0), 0) as daily_demand
    from marts.fct_inventory_daily as stock
    where
        stock.business_date between (select closed_day - 27 from last_day) and (select closed_day from last_day)
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], stock.warehouse_code))
    group by stock.sku, stock.warehouse_code
),

stock_now as (
    select
        stock.*,
        products.product_name,
        products.category,
        demand.daily_demand,
        stock.closing_qty - stock.reserved_qty as available_qty
    from marts.fct_inventory_daily as stock
    inner join products on stock.product_key = products.product_key
    inner join demand on stock.sku = demand.sku and stock.warehouse_code = demand.warehouse_code
    where stock.business_date = (select closed_day from last_day)
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
    from stock_now
    where is_assorted
    group by all
)

select * from final
order by days_of_cover;
