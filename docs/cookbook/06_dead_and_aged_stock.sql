-- question: Which stock lies there without being sold?
-- decision: mark down, move, or send back to the supplier; and order less of it.
-- how to read: stock of the last day that had no shipment for at least 28 days. newest_inflow_days is the age of the
--   newest piece: all others are older, so above 180 the whole stock is aged. Value at today's standard cost, dearest
--   first.
with

in_stock as (
    select
        *,
        business_date - coalesce(last_shipped_date, first_moved_date) as days_without_sale
    from agg_stock_position
    where closing_qty > 0
)

select
    in_stock.sku,
    products.product_name,
    products.category,
    in_stock.warehouse_code,
    in_stock.closing_qty,
    round(in_stock.closing_qty * products.standard_cost)::bigint as stock_value,
    in_stock.days_without_sale,
    in_stock.last_shipped_date is null as never_sold,
    in_stock.business_date - in_stock.last_inflow_date as newest_inflow_days
from in_stock
inner join dim_product as products on in_stock.sku = products.sku and products.is_current
where in_stock.days_without_sale >= 28
order by stock_value desc, in_stock.sku asc, in_stock.warehouse_code asc
limit 50;
