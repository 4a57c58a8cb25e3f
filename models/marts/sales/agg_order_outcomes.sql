-- grain: one row per business_date (of the delivery), outcome and delivery_hours of the last 92 closed days.
-- Counts and amounts are additive, so a median to the whole hour can be made of any days.
{{ config(materialized='table') }}

with

closed as (
    select {{ last_closed_day('stg_erp__inventory_ledger') }} as last_day
),

delivered as (
    select
        deliveries.*,
        case
            when deliveries.in_full = 0 then '1 not in full'
            when deliveries.on_time = 0 then '2 late'
            when deliveries.undamaged = 0 then '3 damaged'
            when deliveries.docs_ok = 0 then '4 documents'
            else '5 perfect'
        end as outcome
    from {{ ref('agg_deliveries_daily') }} as deliveries
    cross join closed
    where deliveries.business_date between closed.last_day - 91 and closed.last_day
),

final as (
    select
        outcome,
        delivery_hours,
        cast(sum(order_count) as bigint) as order_count,
        cast(sum(order_total) as decimal(18, 2)) as order_total,
        business_date
    from delivered
    group by business_date, outcome, delivery_hours
)

select * from final
{{ stored_by('business_date') }}
