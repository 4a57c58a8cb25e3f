-- grain: one row per delivered version of return_id, line_no.
{{ config(
    unique_key=['return_id', 'line_no'],
    pre_hook="{{ touched_by_files('stg_commerce__return_lines', ['return_id', 'line_no']) }}",
) }}

{{ versions_of('stg_commerce__return_lines', key=['return_id', 'line_no']) }}
