-- grain: one row per table_name, series, metric and bucket_date: rows and quarantined share of each source table and landed day.
{{ config(materialized='table') }}

with

loads as (
    select * from {{ ref('int_loads__history') }}
    where is_current
),

final as (
    select
        source_name || '.' || table_name as table_name,
        'total' as series,
        logical_date as bucket_date,
        unnest([
            { 'metric': 'row_count', 'kind': 'count', 'metric_value': extracted_count::double },
            { 'metric': 'quarantined', 'kind': 'rate', 'metric_value': quarantined_count / nullif(extracted_count, 0) }
        ], recursive := true),
        load_number as _load
    from loads
)

select * from final
