-- grain: one row per delivered version of a counted bin.
{{ config(
    unique_key=['count_id', 'sku', 'bin'],
    pre_hook="{{ touched_by_files('stg_wms__stock_counts', ['count_id', 'sku', 'bin']) }}",
) }}

-- a sheet may name a bin twice: its last line counts
{{ versions_of('stg_wms__stock_counts', key=['count_id', 'sku', 'bin'], then='row_number') }}
