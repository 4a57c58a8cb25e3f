-- grain: one row per delivered version of promo_code.
{{ config(
    unique_key=['promo_code'],
    pre_hook="{{ touched_by_files('stg_erp__promotions', ['promo_code']) }}",
) }}

{{ versions_of('stg_erp__promotions', key=['promo_code']) }}
