-- grain: one row per delivered version of checkout_request_id.
{{ config(
    unique_key=['checkout_request_id'],
    pre_hook="{{ touched_by_files('stg_mpesa__stk_callbacks', ['checkout_request_id']) }}",
) }}

{{ versions_of('stg_mpesa__stk_callbacks', key=['checkout_request_id']) }}
