-- grain: one row per delivered version of a goods receipt line.
{{ config(
    unique_key=['grn_number', 'line_no'],
    pre_hook="{{ touched_by_files('stg_erp__goods_receipts', ['grn_number', 'line_no']) }}",
) }}

{{ versions_of('stg_erp__goods_receipts', key=['grn_number', 'line_no']) }}
