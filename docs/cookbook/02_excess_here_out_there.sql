-- question: Who has too much of a product that another warehouse is out of, or will be by tomorrow?
-- decision: a transfer instead of a purchase.
-- how to read: from_excess_qty is what the giver holds beyond 14 days of its own demand; to_need_qty covers 7 days at
--   the taker, by its demand on days with stock; move_qty is the smaller of the two. Each pair stands alone: the same
--   excess may appear for several takers.
with

stock as (
    select
        sku,
        warehouse_code,
        is_assorted,
        available_qty,
        coalesce(daily_demand, 0) as daily_demand,
        floor(available_qty - 14 * coalesce(daily_demand, 0))::bigint as excess_qty,
        ceil(7 * coalesce(daily_demand, 0))::bigint as need_qty
    from agg_stock_position
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
