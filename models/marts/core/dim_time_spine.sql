-- grain: one row per calendar day. What MetricFlow counts days by: dbt keeps no time spine of a versioned model such as dim_date.
{{ config(materialized='table', access='protected') }}

with

days as (
    select * from {{ ref('dim_date') }}
),

final as (
    select calendar_date as date_day
    from days
    where calendar_date is not null
)

select * from final
