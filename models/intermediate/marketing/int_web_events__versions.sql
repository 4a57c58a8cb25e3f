-- grain: one row per delivered version of event_id.
{{ config(
    unique_key=['event_id'],
    pre_hook="{{ touched_by_files('stg_web__events', ['event_id']) }}",
) }}

{{ versions_of('stg_web__events', key=['event_id']) }}
