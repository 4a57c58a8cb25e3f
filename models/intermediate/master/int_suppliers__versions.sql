-- grain: one row per delivered version of a supplier.
{{ config(
    unique_key=['supplier_code'],
    pre_hook="{{ touched_by_files('stg_erp__suppliers', ['supplier_code']) }}",
) }}

{{ versions_of('stg_erp__suppliers', key=['supplier_code']) }}
