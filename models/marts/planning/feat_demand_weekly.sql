-- grain: one row per sku, warehouse_code and cutoff_date: what was so at the close of that Sunday, to forecast the next week.
-- Every feature is of an event at or before the cut-off, or a plan announced by then; only target_qty is of later.
{{ config(materialized='table') }}

with

demand as (
    select
        *,
        {{ business_day_close('cutoff_date') }} as cutoff_at
    from {{ ref('int_demand__lags') }}
),

cutoffs as (
    select distinct
        cutoff_date,
        cutoff_at
    from demand
),

balances as (
    select * from {{ ref('fct_inventory_balances') }}
    where valid_to > (select min(cutoff_date) - 27 from demand)
),

stockouts as (
    select
        balances.sku,
        balances.warehouse_code,
        cutoffs.cutoff_date,
        sum(
            least(balances.valid_to, cutoffs.cutoff_date + 1) - greatest(balances.valid_from, cutoffs.cutoff_date - 27)
        ) as stockout_days
    from balances
    inner join cutoffs
        on balances.valid_from <= cutoffs.cutoff_date and balances.valid_to > cutoffs.cutoff_date - 27
    where balances.closing_qty <= 0
    group by balances.sku, balances.warehouse_code, cutoffs.cutoff_date
),

-- the price on the shelf at the cut-off, over the channels that sell the product
prices as (
    select
        prices.sku,
        cutoffs.cutoff_date,
        cast(avg(prices.list_price) as decimal(18, 2)) as list_price,
        cast(avg(coalesce(prices.promo_price, prices.list_price)) as decimal(18, 2)) as shelf_price
    from {{ ref('fct_prices') }} as prices
    inner join cutoffs
        on prices.valid_from <= cutoffs.cutoff_at and prices.valid_to > cutoffs.cutoff_at
    group by prices.sku, cutoffs.cutoff_date
),

promotions as (
    select * from {{ ref('int_promotion_items__planned') }}
),

weeks as (
    select
        {{ monday_of('calendar_date') }} as week_start,
        cast(count(*) filter (where is_trading_day) as integer) as target_trading_days,
        cast(count(*) filter (where is_holiday) as integer) as target_holidays,
        cast(count(*) filter (where is_payday_window) as integer) as target_payday_days,
        cast(count(school_term) as integer) as target_school_days
    from {{ ref('dim_date') }}
    where calendar_date is not null
    group by all
),

looked_up as (
    select
        demand.*,
        {{ member_key('product', 'product_key', 'demand.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'demand.warehouse_code') }} as warehouse_key,
        product.category,
        product.subcategory,
        product.brand,
        product.abc_class,
        product.product_status,
        product.pack_qty,
        product.standard_cost,
        product.reorder_point,
        product.safety_stock
    from demand
    {{ join_as_of('dim_product', 'product', 'sku', 'demand.sku', 'demand.cutoff_at') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'demand.warehouse_code', 'demand.cutoff_at') }}
),

final as (
    select
        demand.* {{ exclude_columns(['cutoff_at', 'target_qty', '_load']) }},
        {{ date_key('demand.target_week') }} as target_week_date_key,
        coalesce(stock.closing_qty, 0) as closing_qty,
        cast(coalesce(stockouts.stockout_days, 0) / 28.0 as decimal(5, 4)) as stockout_share_4w,
        prices.list_price,
        prices.shelf_price,
        cast(coalesce(greatest(everywhere.promo_days, here.promo_days), 0) as integer) as target_promo_days,
        weeks.* {{ exclude_columns(['week_start']) }},
        demand.target_qty,
        demand._load
    from looked_up as demand
    inner join weeks on demand.target_week = weeks.week_start
    left join balances as stock
        on
            demand.sku = stock.sku
            and demand.warehouse_code = stock.warehouse_code
            and demand.cutoff_date >= stock.valid_from
            and demand.cutoff_date < stock.valid_to
    left join stockouts on {{ same_key('demand', 'stockouts', ['sku', 'warehouse_code', 'cutoff_date']) }}
    left join prices on {{ same_key('demand', 'prices', ['sku', 'cutoff_date']) }}
    left join promotions as here on {{ same_key('demand', 'here', ['sku', 'warehouse_code', 'cutoff_date']) }}
    left join promotions as everywhere
        on {{ same_key('demand', 'everywhere', ['sku', 'cutoff_date']) }} and everywhere.warehouse_code is null
)

select * from final
