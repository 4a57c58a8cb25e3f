-- Stock at the end of the period and stock-outs in it, now and before. Cover: stock over the demand of 28 days with stock.
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

days as (
    select
        stock.business_date,
        stock.business_date >= $date_from::date as is_now,
        count(*) filter (where stock.is_assorted) as assorted,
        count(*) filter (where stock.is_assorted and stock.is_stockout) as stockouts,
        sum(stock.closing_qty) as closing_qty,
        sum(stock.closing_value) as stock_value
    from marts.fct_inventory_daily as stock
    inner join products on stock.product_key = products.product_key
    where
        stock.business_date between $before_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], stock.warehouse_code))
    group by stock.business_date
),

-- per product and warehouse, in the 28 days to each end
demand_now as (
    select
        1.0 * sum(-stock.shipped_qty)
        / nullif(count(*) filter (where stock.closing_qty > 0 or stock.shipped_qty < 0), 0) as daily_demand
    from marts.fct_inventory_daily as stock
    inner join products on stock.product_key = products.product_key
    where
        stock.business_date between (select closed_day - 27 from last_day) and (select closed_day from last_day)
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], stock.warehouse_code))
    group by stock.sku, stock.warehouse_code
),

demand_before as (
    select
        1.0 * sum(-stock.shipped_qty)
        / nullif(count(*) filter (where stock.closing_qty > 0 or stock.shipped_qty < 0), 0) as daily_demand
    from marts.fct_inventory_daily as stock
    inner join products on stock.product_key = products.product_key
    where
        stock.business_date between $date_from::date - 28 and $date_from::date - 1
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], stock.warehouse_code))
    group by stock.sku, stock.warehouse_code
),

demands as (
    select
        true as is_now,
        sum(daily_demand) as daily_demand
    from demand_now
    union all
    select
        false as is_now,
        sum(daily_demand) as daily_demand
    from demand_before
),

summed as (
    select
        is_now,
        sum(stockouts) / nullif(sum(assorted), 0) as stockout_rate,
        arg_max(stockouts, business_date) as stockouts,
        arg_max(closing_qty, business_date) as closing_qty,
        arg_max(stock_value, business_date) as stock_value
    from days
    group by is_now
),

final as (
    select
        summed.*,
        summed.closing_qty / nullif(demands.daily_demand, 0) as days_of_cover,
        (select min(business_date) from marts.fct_inventory_daily) <= $before_from::date as is_comparable
    from summed
    left join demands on summed.is_now = demands.is_now
)

select * from final
order by is_now desc;
