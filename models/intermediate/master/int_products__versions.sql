-- grain: one row per delivered version of a product.
{{ config(
    unique_key=['sku'],
    pre_hook="{{ touched_by_files('stg_erp__products', ['sku']) }}",
) }}

{{ versions_of('stg_erp__products', key=['sku']) }}
