-- grain: one row per delivered version of checkout_request_id.
{{ config(
    unique_key=['checkout_request_id'],
    pre_hook="{{ touched_by_files('stg_commerce__payment_requests', ['checkout_request_id']) }}",
) }}

{{ versions_of('stg_commerce__payment_requests', key=['checkout_request_id']) }}
