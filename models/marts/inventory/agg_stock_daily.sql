-- grain: one row per business_date, warehouse_code and category of the last 92 closed days.
-- Counts and values are additive over warehouses and categories, and semi-additive over dates; rates are sums over sums.
{{ config(materialized='table') }}

with

stock as (
    select * from {{ ref('fct_inventory_daily') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

final as (
    select
        stock.warehouse_code,
        products.category,
        count(*) filter (where stock.is_assorted) as assorted_count,
        count(*) filter (where stock.is_assorted and stock.is_stockout) as stockout_count,
        cast(sum(stock.closing_qty) as bigint) as closing_qty,
        cast(sum(stock.closing_value) as decimal(18, 2)) as closing_value,
        stock.business_date
    from stock
    inner join products on stock.product_key = products.product_key
    group by stock.business_date, stock.warehouse_code, products.category
)

select * from final
{{ stored_by('business_date') }}
