-- question: Which sales were lost because the shelf was empty?
-- decision: raise the safety stock of what loses most; leave alone what runs out and is not missed.
-- how to read: lost_units = days without stock in the last 28 × demand on days with stock; lost_sales is that at the
--   average net price (ex VAT) of the same 28 days. An estimate: it takes the days without stock for days like the
--   others.
with

prices as (
    select
        sku,
        sum(net_amount_ex_vat) / nullif(sum(sold_qty), 0) as net_price
    from agg_product_daily
    where business_date > (select max(business_date) - 28 from agg_stock_position)
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
from agg_stock_position as stock
inner join dim_product as products on stock.sku = products.sku and products.is_current
left join prices on stock.sku = prices.sku
where stock.stockout_days > 0 and stock.daily_demand > 0
order by lost_sales desc nulls last, lost_units desc, stock.sku asc, stock.warehouse_code asc
limit 50;
