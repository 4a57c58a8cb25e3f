-- grain: one row per delivered version of currency_code, rate_date.
{{ config(
    unique_key=['currency_code', 'rate_date'],
    pre_hook="{{ touched_by_files('stg_erp__fx_rates', ['currency_code', 'rate_date']) }}",
) }}

{{ versions_of('stg_erp__fx_rates', key=['currency_code', 'rate_date']) }}
