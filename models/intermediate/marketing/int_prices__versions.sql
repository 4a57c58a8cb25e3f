-- grain: one row per delivered version of sku, channel, valid_from.
{{ config(
    unique_key=['sku', 'channel', 'valid_from'],
    pre_hook="{{ touched_by_files('stg_erp__price_list', ['sku', 'channel', 'valid_from']) }}",
) }}

{{ versions_of('stg_erp__price_list', key=['sku', 'channel', 'valid_from']) }}
