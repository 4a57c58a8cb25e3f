-- 06_dead_and_aged_stock.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
),

in_stock as (
    select
        sku,
        warehouse_code,
        closing_qty
    from fct_inventory_balances
    where is_current and closing_qty > 0
),

history as (
    select
        moves.sku,
        places.warehouse_code,
        min(moves.business_date) as first_day,
        max(moves.business_date) filter (where moves.movement_type = 'SHIP') as last_shipped,
        max(moves.business_date) filter (where moves.qty_signed > 0) as last_inflow
    from fct_inventory_movements as moves
    inner join dim_warehouse as places on moves.warehouse_key = places.warehouse_key
    group by moves.sku, places.warehouse_code
)

select
    in_stock.sku,
    products.product_name,
    products.category,
    in_stock.warehouse_code,
    in_stock.closing_qty,
    round(in_stock.closing_qty * products.standard_cost)::bigint as stock_value,
    (select closed_day from last_day) - coalesce(history.last_shipped, history.first_day) as days_without_sale,
    history.last_shipped is null as never_sold,
    (select closed_day from last_day) - history.last_inflow as newest_inflow_days
from in_stock
inner join history on in_stock.sku = history.sku and in_stock.warehouse_code = history.warehouse_code
inner join dim_product as products on in_stock.sku = products.sku and products.is_current
where (select closed_day from last_day) - coalesce(history.last_shipped, history.first_day) >= 28
order by stock_value desc, in_stock.sku asc, in_stock.warehouse_code asc
limit 50;
