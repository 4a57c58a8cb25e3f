-- grain: one row per delivered version of a warehouse.
{{ config(
    unique_key=['warehouse_code'],
    pre_hook="{{ touched_by_files('stg_erp__warehouses', ['warehouse_code']) }}",
) }}

{{ versions_of('stg_erp__warehouses', key=['warehouse_code']) }}
