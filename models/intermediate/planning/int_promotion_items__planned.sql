-- grain: one row per sku, warehouse_code (empty: all of them) and cutoff_date with a promotion planned for the week after.
-- A plan counts from when the source had it until it changed it: of a promotion that was announced later nobody knew.
{{ config(materialized='table') }}

with

versions as (
    select * from {{ ref('int_promotion_items__versions') }}
),

-- the last 13 closed Sundays, those of int_demand__lags
sundays as (
    select
        {{ monday_of(last_closed_day('stg_commerce__order_lines') ~ ' + 1') }}
        - 1 - cast(7 * weeks_ago as integer) as cutoff_date
    from (select unnest(range(13)) as weeks_ago) as weeks
),

cutoffs as (
    select
        cutoff_date,
        cutoff_date + 1 as target_week,
        {{ business_day_close('cutoff_date') }} as cutoff_at
    from sundays
),

plans as (
    select
        sku,
        case when scope_type = 'warehouse' then upper(trim(scope_code)) end as warehouse_code,
        {{ business_date('valid_from') }} as first_day,
        {{ business_date('valid_to') }} as end_day,
        is_deleted,
        updated_at as announced_at,
        lead(updated_at) over (
            partition by promo_code, sku, scope_type, scope_code order by updated_at nulls last, _load nulls last
        ) as changed_at
    from versions
),

final as (
    select
        plans.sku,
        plans.warehouse_code,
        cutoffs.cutoff_date,
        cast(
            max(least(plans.end_day, cutoffs.target_week + 7) - greatest(plans.first_day, cutoffs.target_week)) as integer
        ) as promo_days,
        {{ latest_load() }} as _load
    from plans
    inner join cutoffs
        on
            plans.announced_at <= cutoffs.cutoff_at
            and coalesce(plans.changed_at, {{ end_of_time() }}) > cutoffs.cutoff_at
            and plans.first_day < cutoffs.target_week + 7
            and plans.end_day > cutoffs.target_week
    where not plans.is_deleted
    group by plans.sku, plans.warehouse_code, cutoffs.cutoff_date
)

select * from final
