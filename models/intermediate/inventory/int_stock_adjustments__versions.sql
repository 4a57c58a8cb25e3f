-- grain: one row per delivered version of adjustment_id.
{{ config(
    unique_key=['adjustment_id'],
    pre_hook="{{ touched_by_files('stg_wms__adjustments', ['adjustment_id']) }}",
) }}

{{ versions_of('stg_wms__adjustments', key=['adjustment_id']) }}
