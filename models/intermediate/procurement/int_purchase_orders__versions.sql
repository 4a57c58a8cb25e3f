-- grain: one row per delivered version of a purchase order.
{{ config(
    unique_key=['po_number'],
    pre_hook="{{ touched_by_files('stg_erp__purchase_orders', ['po_number']) }}",
) }}

{{ versions_of('stg_erp__purchase_orders', key=['po_number']) }}
