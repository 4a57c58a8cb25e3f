-- grain: one row per table_name, series, metric and bucket_date: all that tier 3 watches, up to the last complete day.
{{ config(materialized='view') }}

with

sales as (
    select * from {{ ref('ops_series__sales') }}
),

supply as (
    select * from {{ ref('ops_series__supply') }}
),

loads as (
    select * from {{ ref('ops_series__loads') }}
),

united as (
    select * exclude (day_rows, day_loads) from sales
    union all by name
    select * exclude (day_rows, day_loads) from supply
    union all by name
    select * from loads
),

final as (
    select
        table_name,
        series,
        metric,
        kind,
        metric_value,
        bucket_date,
        _load
    from united
    -- the business day goes on for some hours after the landed one
    where bucket_date < (select max(loads.bucket_date) from loads)
)

select * from final
