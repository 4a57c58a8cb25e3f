-- grain: one row per sku, warehouse_code and snapshot_date: the last closed day of each of the latest weeks.
-- Quantities and values of stock are additive over products and warehouses, never over dates.
{{ config(materialized='table') }}

with

daily as (
    select * from {{ ref('fct_inventory_daily') }}
),

balances as (
    select * from {{ ref('fct_inventory_balances') }}
),

closed as (
    select max(business_date) as last_day from daily
),

-- fct_inventory_daily holds 92 days and the demand looks back 28: no more than these weeks can be told
snapshot_days as (
    select max(daily.business_date) as snapshot_date
    from daily
    inner join closed on daily.business_date > closed.last_day - (92 - 28)
    group by {{ monday_of('daily.business_date') }}
),

demand as (
    select
        daily.sku,
        daily.warehouse_code,
        snapshot_days.snapshot_date,
        cast(sum(-daily.shipped_qty) as bigint) as shipped_qty,
        count(*) filter (where daily.closing_qty > 0 or daily.shipped_qty < 0) as in_stock_days
    from snapshot_days
    inner join daily
        on
            snapshot_days.snapshot_date - 28 < daily.business_date
            and snapshot_days.snapshot_date >= daily.business_date
    group by daily.sku, daily.warehouse_code, snapshot_days.snapshot_date
),

-- what came in the last 180 days is younger than that; the rest of the stock is not, if what came first leaves first
inflows as (
    select
        balances.sku,
        balances.warehouse_code,
        snapshot_days.snapshot_date,
        cast(sum(
            balances.initial_qty + balances.received_qty + balances.returned_in_qty
            + balances.transferred_in_qty + greatest(balances.adjusted_qty, 0)
        ) as bigint) as inflow_qty
    from snapshot_days
    inner join balances
        on
            snapshot_days.snapshot_date - 180 < balances.valid_from
            and snapshot_days.snapshot_date >= balances.valid_from
    group by balances.sku, balances.warehouse_code, snapshot_days.snapshot_date
),

joined as (
    select
        daily.*,
        greatest(daily.closing_qty - coalesce(inflows.inflow_qty, 0), 0) as aged_qty,
        demand.shipped_qty as demand_qty,
        demand.in_stock_days
    from daily
    inner join demand
        on
            daily.sku = demand.sku
            and daily.warehouse_code = demand.warehouse_code
            and daily.business_date = demand.snapshot_date
    left join inflows
        on
            daily.sku = inflows.sku
            and daily.warehouse_code = inflows.warehouse_code
            and daily.business_date = inflows.snapshot_date
),

final as (
    select
        product_key,
        warehouse_key,
        sku,
        warehouse_code,
        closing_qty,
        closing_value,
        cast(aged_qty as bigint) as aged_qty,
        cast(coalesce(round(closing_value * aged_qty / nullif(closing_qty, 0), 2), 0) as decimal(18, 2)) as aged_value,
        demand_qty,
        in_stock_days,
        cast(coalesce(round(1.0 * demand_qty / nullif(in_stock_days, 0), 6), 0) as decimal(18, 6)) as daily_demand,
        business_date as snapshot_date
    from joined
)

select * from final
