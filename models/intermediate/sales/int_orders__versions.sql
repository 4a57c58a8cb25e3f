-- grain: one row per delivered version of an order header.
{{ config(
    unique_key=['order_id'],
    pre_hook="{{ touched_by_files('stg_commerce__orders', ['order_id']) }}",
) }}

{{ versions_of('stg_commerce__orders', key=['order_id']) }}
