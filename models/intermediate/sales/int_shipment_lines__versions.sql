-- grain: one row per delivered version of a shipment line.
{{ config(
    unique_key=['shipment_id', 'line_no'],
    pre_hook="{{ touched_by_files('stg_commerce__shipment_lines', ['shipment_id', 'line_no']) }}",
) }}

{{ versions_of('stg_commerce__shipment_lines', key=['shipment_id', 'line_no']) }}
