-- grain: one row per table_name, series, metric and bucket_date: rows and quarantined share of each source table and landed day.
{{ config(materialized='table') }}

with

loads as (
    select
        source_name || '.' || table_name as table_name,
        'total' as series,
        logical_date as bucket_date,
        extracted_count,
        quarantined_count,
        load_number as _load
    from {{ ref('int_loads__history') }}
    where is_current
),

extracted as (
    select
        * exclude (extracted_count, quarantined_count),
        'row_count' as metric,
        'count' as kind,
        cast(extracted_count as double) as metric_value
    from loads
),

quarantined as (
    select
        * exclude (extracted_count, quarantined_count),
        'quarantined' as metric,
        'rate' as kind,
        quarantined_count / nullif(extracted_count, 0) as metric_value
    from loads
),

final as (
    select * from extracted
    union all
    select * from quarantined
)

select * from final
