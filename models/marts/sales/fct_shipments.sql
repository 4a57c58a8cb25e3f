-- grain: one row per shipment_id and line_no, as last reported. Quantities and freight are additive.
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

shipment_lines as (
    {{ latest_rows('int_shipment_lines__versions', ['shipment_id', 'line_no']) }}
),

final as (
    select
        shipment_lines.shipment_id,
        shipment_lines.line_no,
        shipment_lines.order_id,
        shipment_lines.order_line_no,
        {{ date_key(business_date('shipment_lines.shipped_at')) }} as ship_date_key,
        {{ optional_date_key(business_date('shipment_lines.delivered_at')) }} as deliver_date_key,
        {{ member_key('product', 'product_key', 'shipment_lines.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'shipment_lines.warehouse_code') }} as warehouse_key,
        {{ member_key('customer', 'customer_key', 'shipment_lines.customer_id') }} as customer_key,
        shipment_lines.sku,
        shipment_lines.warehouse_code,
        shipment_lines.customer_id,
        shipment_lines.carrier as carrier_code,
        shipment_lines.shipment_status,
        shipment_lines.shipped_qty,
        shipment_lines.delivered_qty,
        shipment_lines.damaged_qty,
        shipment_lines.freight_amount,
        {{ business_date('shipment_lines.shipped_at') }} as business_date,
        shipment_lines.shipped_at,
        shipment_lines.delivered_at,
        shipment_lines.updated_at,
        shipment_lines._load
    from shipment_lines
    {{ join_as_of('dim_product', 'product', 'sku', 'shipment_lines.sku', 'shipment_lines.shipped_at') }}
    {{ join_as_of('dim_warehouse', 'warehouse', 'warehouse_code', 'shipment_lines.warehouse_code', 'shipment_lines.shipped_at') }}
    {{ join_as_of('dim_customer', 'customer', 'customer_id', 'shipment_lines.customer_id', 'shipment_lines.shipped_at') }}
)

select * from final
{{ stored_by('business_date') }}
