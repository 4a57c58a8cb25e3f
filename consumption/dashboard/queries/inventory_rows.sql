-- What runs out within a week of the last closed day, where, and what is on its way: the shortest cover first.
with

stock as (
    select
        positions.*,
        products.product_name,
        products.category
    from marts.agg_stock_position as positions
    inner join marts.dim_product as products on positions.product_key = products.product_key
    where
        ($category::varchar[] is null or list_contains($category::varchar[], products.category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], positions.warehouse_code))
),

final as (
    select
        stock.sku,
        stock.product_name,
        stock.category,
        stock.warehouse_code as warehouse,
        stock.available_qty,
        round(stock.daily_demand, 2) as daily_demand,
        round(greatest(stock.available_qty, 0) / stock.daily_demand, 1) as cover_days,
        stock.coming_qty,
        suppliers.contract_lead_time_days as lead_time_days,
        suppliers.supplier_code as supplier
    from stock
    inner join marts.dim_product as current_products on stock.sku = current_products.sku and current_products.is_current
    left join marts.dim_supplier as suppliers
        on current_products.primary_supplier_code = suppliers.supplier_code and suppliers.is_current
    where stock.is_assorted and stock.daily_demand > 0 and stock.available_qty < 7 * stock.daily_demand
)

select * from final
order by cover_days asc, daily_demand desc, sku asc, warehouse asc
limit 1000;
