-- 02_excess_here_out_there.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
),

demand as (
    select
        sku,
        warehouse_code,
        coalesce(
            1.0 * sum(-shipped_qty) / nullif(count(*) filter (where closing_qty > 0 or shipped_qty < 0), 0), 0
        ) as daily_demand
    from fct_inventory_daily
    where business_date > (select closed_day - 28 from last_day)
    group by sku, warehouse_code
),

stock as (
    select
        stock.sku,
        stock.warehouse_code,
        stock.is_assorted,
        stock.closing_qty - stock.reserved_qty as available_qty,
        demand.daily_demand,
        floor(stock.closing_qty - stock.reserved_qty - 14 * demand.daily_demand)::bigint as excess_qty,
        ceil(7 * demand.daily_demand)::bigint as need_qty
    from fct_inventory_daily as stock
    inner join demand on stock.sku = demand.sku and stock.warehouse_code = demand.warehouse_code
    where stock.business_date = (select closed_day from last_day)
)

select
    taker.sku,
    products.product_name,
    giver.warehouse_code as from_warehouse,
    taker.warehouse_code as to_warehouse,
    giver.excess_qty as from_excess_qty,
    taker.need_qty as to_need_qty,
    least(giver.excess_qty, taker.need_qty) as move_qty
from stock as taker
inner join stock as giver on taker.sku = giver.sku and taker.warehouse_code <> giver.warehouse_code
inner join dim_product as products on taker.sku = products.sku and products.is_current
where taker.is_assorted and taker.available_qty < taker.daily_demand and giver.excess_qty > 0
order by move_qty desc, sku asc, from_warehouse asc, to_warehouse asc
limit 50;
