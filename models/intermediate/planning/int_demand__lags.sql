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

-- a quarter: with 10,247 products in 12 warehouses each cut-off has up to 123,000 rows, and all are computed in each build
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
    limit 13
),

-- each week counts at the 13 cut-offs that it can be seen from; a join by equality, because one by range takes twice as long
seen as (
    select
        sku,
        warehouse_code,
        ordered_qty,
        unnest(range(13)) as weeks_ago,
        week_start + cast(7 * unnest(range(13)) as integer) as cutoff_week
    from weekly
    where week_start >= (select min(week_start) - 84 from cutoffs)
),

lagged as (
    select
        seen.sku,
        seen.warehouse_code,
        cutoffs.cutoff_date,
        any_value(cutoffs.target_week) as target_week,
        any_value(cutoffs.history_weeks) as history_weeks,
        {% for lag in range(4) -%}
        coalesce(sum(seen.ordered_qty) filter (where seen.weeks_ago = {{ lag }}), 0) as ordered_qty_lag_{{ lag }},
        {% endfor -%}
        coalesce(sum(seen.ordered_qty) filter (where seen.weeks_ago < 4), 0) as ordered_qty_4w,
        sum(seen.ordered_qty) as ordered_qty_13w,
        count(*) as weeks_with_orders_13w
    from seen
    inner join cutoffs on seen.cutoff_week = cutoffs.week_start
    group by seen.sku, seen.warehouse_code, cutoffs.cutoff_date
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
        lagged.ordered_qty_4w / least(lagged.history_weeks, 4) as mean_ordered_qty_4w,
        lagged.ordered_qty_13w / lagged.history_weeks as mean_ordered_qty_13w,
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
