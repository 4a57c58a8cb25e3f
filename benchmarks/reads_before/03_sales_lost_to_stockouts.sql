-- 03_sales_lost_to_stockouts.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
),

stock as (
    select
        sku,
        warehouse_code,
        count(*) filter (where is_stockout) as stockout_days,
        1.0 * sum(-shipped_qty) / nullif(count(*) filter (where closing_qty > 0 or shipped_qty < 0), 0) as daily_demand
    from fct_inventory_daily
    where business_date > (select closed_day - 28 from last_day)
    group by sku, warehouse_code
),

prices as (
    select
        sku,
        sum(net_amount_ex_vat) / nullif(sum(qty - cancelled_qty), 0) as net_price
    from fct_order_lines
    where business_date > (select closed_day - 28 from last_day) and business_date <= (select closed_day from last_day)
    group by sku
)

select
    stock.sku,
    products.product_name,
    stock.warehouse_code,
    stock.stockout_days,
    round(stock.daily_demand, 2) as daily_demand,
    round(stock.stockout_days * stock.daily_demand, 1) as lost_units,
    round(stock.stockout_days * stock.daily_demand * prices.net_price)::bigint as lost_sales,
    products.safety_stock
from stock
inner join dim_product as products on stock.sku = products.sku and products.is_current
left join prices on stock.sku = prices.sku
where stock.stockout_days > 0 and stock.daily_demand > 0
order by lost_sales desc nulls last, lost_units desc, stock.sku asc, stock.warehouse_code asc
limit 50;
