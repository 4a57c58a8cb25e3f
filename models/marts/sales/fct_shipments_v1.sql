-- grain: one row per shipment_id and line_no: version 1, for readers of `carrier` until its deprecation date.
-- A table made of version 2, because a serving file holds tables only; additive as version 2 says.
{{ config(materialized='table') }}

with

shipments as (
    select * from {{ ref('fct_shipments', v=2) }}
),

final as (
    select
        * {{ exclude_columns(['carrier_code']) }},
        carrier_code as carrier
    from shipments
)

select * from final
