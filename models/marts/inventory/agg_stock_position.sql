-- grain: one row per sku and warehouse_code, as of the last closed day: what stands there, what comes, and the demand of 28 days.
-- Quantities and values are additive over products and warehouses; daily_demand and the days are not.
{{ config(materialized='table') }}

with

stock as (
    select * from {{ ref('fct_inventory_daily') }}
    where business_date > (select max(business_date) - 28 from {{ ref('fct_inventory_daily') }})
),

recent as (
    select
        sku,
        warehouse_code,
        cast(sum(-shipped_qty) as bigint) as shipped_qty_28_days,
        count(*) filter (where closing_qty > 0 or shipped_qty < 0) as days_with_stock,
        count(*) filter (where is_stockout) as stockout_days
    from stock
    group by sku, warehouse_code
),

-- a row of the balances begins on a day with movements
moved as (
    select
        sku,
        warehouse_code,
        min(valid_from) as first_moved_date,
        max(valid_from) filter (where shipped_qty < 0) as last_shipped_date,
        max(valid_from) filter (where {{ has_inflow() }}) as last_inflow_date
    from {{ ref('fct_inventory_balances') }}
    where valid_from <= (select max(business_date) from {{ ref('fct_inventory_daily') }})
    group by sku, warehouse_code
),

final as (
    select
        stock.product_key,
        stock.warehouse_key,
        stock.sku,
        stock.warehouse_code,
        stock.closing_qty,
        stock.closing_qty - stock.reserved_qty as available_qty,
        stock.on_order_qty + stock.in_transit_qty as coming_qty,
        stock.closing_value,
        recent.shipped_qty_28_days,
        recent.days_with_stock,
        recent.stockout_days,
        cast(1.0 * recent.shipped_qty_28_days / nullif(recent.days_with_stock, 0) as double) as daily_demand,
        stock.is_assorted,
        stock.is_stockout,
        moved.first_moved_date,
        moved.last_shipped_date,
        moved.last_inflow_date,
        stock.business_date
    from stock
    inner join recent on stock.sku = recent.sku and stock.warehouse_code = recent.warehouse_code
    left join moved on stock.sku = moved.sku and stock.warehouse_code = moved.warehouse_code
    where stock.business_date = (select max(business_date) from {{ ref('fct_inventory_daily') }})
)

select * from final
