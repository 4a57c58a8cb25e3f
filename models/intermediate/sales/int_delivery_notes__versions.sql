-- grain: one row per delivered version of shipment_id.
{{ config(
    unique_key=['shipment_id'],
    pre_hook="{{ touched_by_files('stg_wms__delivery_notes', ['shipment_id']) }}",
) }}

{{ versions_of('stg_wms__delivery_notes', key=['shipment_id']) }}
