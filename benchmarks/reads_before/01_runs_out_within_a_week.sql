-- 01_runs_out_within_a_week.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
),

demand as (
    select
        sku,
        warehouse_code,
        1.0 * sum(-shipped_qty) / nullif(count(*) filter (where closing_qty > 0 or shipped_qty < 0), 0) as daily_demand
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
        stock.on_order_qty + stock.in_transit_qty as coming_qty,
        demand.daily_demand,
        greatest(stock.closing_qty - stock.reserved_qty - 14 * demand.daily_demand, 0) as excess_qty
    from fct_inventory_daily as stock
    inner join demand on stock.sku = demand.sku and stock.warehouse_code = demand.warehouse_code
    where stock.business_date = (select closed_day from last_day)
),

elsewhere as (
    select
        stock.*,
        sum(stock.excess_qty) over (partition by stock.sku) - stock.excess_qty as elsewhere_qty
    from stock
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
