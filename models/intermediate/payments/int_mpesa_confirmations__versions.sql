-- grain: one row per delivered version of trans_id.
{{ config(
    unique_key=['trans_id'],
    pre_hook="{{ touched_by_files('stg_mpesa__c2b_confirmations', ['trans_id']) }}",
) }}

{{ versions_of('stg_mpesa__c2b_confirmations', key=['trans_id']) }}
