-- grain: one row per table_name, series, metric and bucket_date: all that tier 3 watches, up to each table's last complete day.
-- depends_on: {{ ref('int_loads__history') }}
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

-- a source that is late is not judged before it has come
complete as (
    {{ complete_days() }}
    union all
    select
        table_name,
        max(bucket_date) as last_day
    from loads
    group by table_name
),

final as (
    select
        united.table_name,
        united.series,
        united.metric,
        united.kind,
        united.metric_value,
        united.bucket_date,
        complete.last_day,
        united._load
    from united
    inner join complete on united.table_name = complete.table_name
    where united.bucket_date <= complete.last_day
)

select * from final
