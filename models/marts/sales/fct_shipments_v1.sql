-- grain: one row per shipment_id and line_no: version 1, for readers of `carrier` until its deprecation date.
-- A table made of version 2, because a serving file holds tables only; additive as version 2 says.
-- depends_on: {{ ref('int_shipment_lines__versions') }}
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': 'shipped_at'},
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': 'shipped_at'},
    {'dimension': 'dim_customer', 'column': 'customer_id', 'event_at': 'shipped_at'},
] %}
{{ config(
    unique_key=['shipment_id', 'line_no'],
    pre_hook="{{ touched_by_versions('int_shipment_lines__versions', ['shipment_id', 'line_no'], " ~ lookups ~ ") }}",
) }}

with

shipments as (
    select entity.* from {{ ref('fct_shipments', v=2) }} as entity
    {{ only_touched('entity', ['shipment_id', 'line_no']) }}
),

final as (
    select
        * {{ exclude_columns(['carrier_code']) }},
        carrier_code as carrier
    from shipments
)

select * from final
