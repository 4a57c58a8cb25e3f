-- grain: one row per delivered version of receipt_number.
{{ config(
    unique_key=['receipt_number'],
    pre_hook="{{ touched_by_files('stg_mpesa__statements', ['receipt_number']) }}",
) }}

{{ versions_of('stg_mpesa__statements', key=['receipt_number']) }}
