-- grain: one row per delivered version of a purchase order line.
{{ config(
    unique_key=['po_number', 'line_no'],
    pre_hook="{{ touched_by_files('stg_erp__purchase_order_lines', ['po_number', 'line_no']) }}",
) }}

{{ versions_of('stg_erp__purchase_order_lines', key=['po_number', 'line_no']) }}
