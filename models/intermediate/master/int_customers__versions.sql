-- grain: one row per delivered version of a customer.
{{ config(
    unique_key=['customer_id'],
    pre_hook="{{ touched_by_files('stg_commerce__customers', ['customer_id']) }}",
) }}

{{ versions_of('stg_commerce__customers', key=['customer_id']) }}
