-- Products that are out of stock or will be within 7 days, by warehouse: the most first.
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
        warehouse_code as warehouse,
        count(*) as products_at_risk
    from stock_now
    where is_assorted and daily_demand > 0 and available_qty < 7 * daily_demand
    group by warehouse_code
)

select * from final
order by products_at_risk desc, warehouse asc
limit 15;
