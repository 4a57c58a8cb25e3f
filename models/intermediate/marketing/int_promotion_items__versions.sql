-- grain: one row per delivered version of promo_code, sku, scope_type, scope_code.
{{ config(
    unique_key=['promo_code', 'sku', 'scope_type', 'scope_code'],
    pre_hook="{{ touched_by_files('stg_erp__promotion_items', ['promo_code', 'sku', 'scope_type', 'scope_code']) }}",
) }}

{{ versions_of('stg_erp__promotion_items', key=['promo_code', 'sku', 'scope_type', 'scope_code']) }}
