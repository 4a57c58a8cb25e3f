-- Invariant 1, dense window. Threshold: 0. Window: the 92 days of fct_inventory_daily. Tier 1.
-- Detects: a day that is missing from the window, or whose stock differs from the interval that covers it.
{{ config(meta={'tier': 1, 'owner': 'inventory-data', 'invariant': 1}) }}

with

window_days as (
    select
        min(business_date) as first_day,
        max(business_date) as last_day
    from {{ ref('fct_inventory_daily') }}
),

by_balance as (
    select
        balances.sku,
        balances.warehouse_code,
        balances.valid_from,
        balances.closing_qty,
        least(balances.valid_to, window_days.last_day + 1) - greatest(balances.valid_from, window_days.first_day) as expected_days
    from {{ ref('fct_inventory_balances') }} as balances
    cross join window_days
    where balances.valid_to > window_days.first_day and balances.valid_from <= window_days.last_day
),

by_day as (
    select
        balances.sku,
        balances.warehouse_code,
        balances.valid_from,
        count(*) as day_count,
        min(daily.closing_qty) as lowest_qty,
        max(daily.closing_qty) as highest_qty
    from {{ ref('fct_inventory_daily') }} as daily
    inner join by_balance as balances
        on daily.sku = balances.sku and daily.warehouse_code = balances.warehouse_code
    inner join {{ ref('fct_inventory_balances') }} as intervals
        on
            balances.sku = intervals.sku
            and balances.warehouse_code = intervals.warehouse_code
            and balances.valid_from = intervals.valid_from
    where daily.business_date >= intervals.valid_from and daily.business_date < intervals.valid_to
    group by balances.sku, balances.warehouse_code, balances.valid_from
),

final as (
    select
        by_balance.*,
        by_day.day_count,
        by_day.lowest_qty,
        by_day.highest_qty
    from by_balance
    left join by_day using (sku, warehouse_code, valid_from)
    where
        by_day.day_count is distinct from by_balance.expected_days
        or by_day.lowest_qty <> by_balance.closing_qty
        or by_day.highest_qty <> by_balance.closing_qty
)

select * from final
