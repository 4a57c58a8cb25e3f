-- grain: one row per load; is_current marks the load whose file is in place now.
{{ config(materialized='table') }}

with

loads as (
    select * from {{ ref('stg_ghala__loads') }}
),

final as (
    select
        *,
        'stg_' || source_name || '__' || table_name as staging_model,
        load_number = max(load_number) over (partition by source_name, table_name, logical_date) as is_current
    from loads
)

select * from final
