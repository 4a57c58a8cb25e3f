-- question: Which products run out within a week, where, and is more on its way?
-- decision: order from the supplier, move from another warehouse, or chase an order that is under way.
-- how to read: cover_days = what can be promised / daily demand. Demand is that of the last 28 days on which there was
--   stock to sell. Where lead_time_days is longer than cover_days an order comes too late: then elsewhere_qty, what
--   others hold beyond 14 days, is the way out.
with

elsewhere as (
    select
        *,
        sum(greatest(available_qty - 14 * daily_demand, 0)) over (partition by sku)
        - greatest(available_qty - 14 * daily_demand, 0) as elsewhere_qty
    from agg_stock_position
)

select
    elsewhere.sku,
    products.product_name,
    elsewhere.warehouse_code,
    elsewhere.available_qty,
    round(elsewhere.daily_demand, 2) as daily_demand,
    round(elsewhere.available_qty / elsewhere.daily_demand, 1) as cover_days,
    elsewhere.coming_qty,
    suppliers.contract_lead_time_days as lead_time_days,
    floor(elsewhere.elsewhere_qty)::bigint as elsewhere_qty
from elsewhere
inner join dim_product as products on elsewhere.sku = products.sku and products.is_current
left join dim_supplier as suppliers on products.primary_supplier_code = suppliers.supplier_code and suppliers.is_current
where
    elsewhere.is_assorted
    and elsewhere.daily_demand > 0
    and elsewhere.available_qty < 7 * elsewhere.daily_demand
order by cover_days asc, daily_demand desc, sku asc, warehouse_code asc
limit 50;
