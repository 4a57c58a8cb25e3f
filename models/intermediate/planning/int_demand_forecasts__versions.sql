-- grain: one row per delivered version of run_date, sku, warehouse_code, target_week, forecast_model.
{% set key = ['run_date', 'sku', 'warehouse_code', 'target_week', 'forecast_model'] %}
{{ config(
    unique_key=['run_date', 'sku', 'warehouse_code', 'target_week', 'forecast_model'],
    pre_hook="{{ touched_by_files('stg_forecasts__demand_forecasts', " ~ key ~ ") }}",
) }}

{{ versions_of('stg_forecasts__demand_forecasts', key=key, order_by='run_date') }}
