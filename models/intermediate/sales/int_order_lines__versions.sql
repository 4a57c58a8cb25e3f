-- grain: one row per delivered version of an order line.
{{ config(
    unique_key=['order_id', 'line_no'],
    pre_hook="{{ touched_by_files('stg_commerce__order_lines', ['order_id', 'line_no']) }}",
) }}

{{ versions_of('stg_commerce__order_lines', key=['order_id', 'line_no']) }}
