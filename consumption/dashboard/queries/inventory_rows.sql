-- What runs out within a week, where, and what is on its way: the shortest cover first.
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
        stock_now.sku,
        stock_now.product_name,
        stock_now.category,
        stock_now.warehouse_code as warehouse,
        stock_now.available_qty,
        round(stock_now.daily_demand, 2) as daily_demand,
        round(greatest(stock_now.available_qty, 0) / stock_now.daily_demand, 1) as cover_days,
        stock_now.on_order_qty + stock_now.in_transit_qty as coming_qty,
        suppliers.contract_lead_time_days as lead_time_days,
        suppliers.supplier_code as supplier
    from stock_now
    inner join marts.dim_product as current_products on stock_now.sku = current_products.sku and current_products.is_current
    left join marts.dim_supplier as suppliers
        on current_products.primary_supplier_code = suppliers.supplier_code and suppliers.is_current
    where stock_now.is_assorted and stock_now.daily_demand > 0 and stock_now.available_qty < 7 * stock_now.daily_demand
)

select * from final
order by cover_days asc, daily_demand desc, sku asc, warehouse asc
limit 1000;
