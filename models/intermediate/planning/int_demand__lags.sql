-- grain: one row per sku, warehouse_code and cutoff_date (a Sunday) with an order in the 13 weeks up to it.
-- What was ordered is dated by its order and never taken back: a cancellation comes later, and nobody knew of it at the cut-off.
{{ config(materialized='table') }}

with

order_lines as (
    select
        entity.sku,
        entity.warehouse_code,
        {{ monday_of(business_date('entity.placed_at')) }} as week_start,
        entity.qty
    from {{ ref('int_order_lines__versions') }} as entity
    where entity._is_latest and not entity.is_deleted and not {{ is_free_sale('entity') }}
),

weekly as (
    select
        sku,
        warehouse_code,
        week_start,
        sum(qty) as ordered_qty
    from order_lines
    group by sku, warehouse_code, week_start
),

first_week as (
    select min(week_start) as first_week_start from weekly
),

-- half a year: with 10,247 products in 12 warehouses each cut-off has some 120,000 rows
cutoffs as (
    select
        weeks.week_start,
        weeks.week_start + 6 as cutoff_date,
        weeks.week_start + 7 as target_week,
        least((weeks.week_start - first_week.first_week_start) // 7 + 1, 13) as history_weeks
    from (select distinct week_start from weekly) as weeks
    cross join first_week
    where weeks.week_start + 6 <= {{ last_closed_day('stg_commerce__order_lines') }}
    order by weeks.week_start desc nulls last
    limit 26
),

lagged as (
    select
        weekly.sku,
        weekly.warehouse_code,
        cutoffs.cutoff_date,
        cutoffs.target_week,
        cutoffs.history_weeks,
        {% for lag in range(4) -%}
        coalesce(sum(weekly.ordered_qty) filter (where weekly.week_start = cutoffs.week_start - {{ 7 * lag }}), 0)
            as ordered_qty_lag_{{ lag }},
        {% endfor -%}
        coalesce(sum(weekly.ordered_qty) filter (where weekly.week_start >= cutoffs.week_start - 21), 0)
        / least(cutoffs.history_weeks, 4) as mean_ordered_qty_4w,
        sum(weekly.ordered_qty) / cutoffs.history_weeks as mean_ordered_qty_13w,
        count(*) as weeks_with_orders_13w
    from weekly
    inner join cutoffs
        on weekly.week_start between cutoffs.week_start - 84 and cutoffs.week_start
    group by weekly.sku, weekly.warehouse_code, cutoffs.cutoff_date, cutoffs.target_week, cutoffs.history_weeks
),

final as (
    select
        lagged.sku,
        lagged.warehouse_code,
        lagged.cutoff_date,
        lagged.target_week,
        cast(lagged.history_weeks as integer) as history_weeks,
        {% for lag in range(4) -%}
        cast(lagged.ordered_qty_lag_{{ lag }} as bigint) as ordered_qty_lag_{{ lag }},
        {% endfor -%}
        lagged.mean_ordered_qty_4w,
        lagged.mean_ordered_qty_13w,
        cast(lagged.weeks_with_orders_13w as integer) as weeks_with_orders_13w,
        cast(case
            when lagged.target_week - 364 >= first_week.first_week_start then coalesce(last_year.ordered_qty, 0)
        end as bigint) as ordered_qty_last_year,
        case
            when lagged.target_week + 6 <= {{ last_closed_day('stg_commerce__order_lines') }}
                then coalesce(demand.demand_qty, 0)
        end as target_qty,
        {{ latest_load() }} as _load
    from lagged
    cross join first_week
    left join weekly as last_year
        on
            lagged.sku = last_year.sku
            and lagged.warehouse_code = last_year.warehouse_code
            and lagged.target_week - 364 = last_year.week_start
    left join {{ ref('int_demand__weekly') }} as demand
        on
            lagged.sku = demand.sku
            and lagged.warehouse_code = demand.warehouse_code
            and lagged.target_week = demand.week_start
)

select * from final
