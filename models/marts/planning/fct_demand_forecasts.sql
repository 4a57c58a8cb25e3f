-- grain: one row per run_date, sku, warehouse_code, target_week and forecast_model.
-- Quantities add up within one run date and model only.
{% set lookups = [
    {'dimension': 'dim_product', 'column': 'sku', 'event_at': business_day_close('run_date')},
    {'dimension': 'dim_warehouse', 'column': 'warehouse_code', 'event_at': business_day_close('run_date')},
] %}
{% set key = ['run_date', 'sku', 'warehouse_code', 'target_week', 'forecast_model'] %}
{{ config(
    unique_key=key,
    pre_hook="{{ touched_forecasts('int_demand_forecasts__versions', 'int_demand__weekly', " ~ key ~ ", " ~ lookups ~ ") }}",
) }}

with

forecasts as (
    {{ latest_rows('int_demand_forecasts__versions', key) }}
),

-- a week counts once its Sunday is closed; a product without orders in it sold nothing
compared as (
    select
        forecasts.*,
        case
            when forecasts.target_week + 6 <= {{ last_closed_day('stg_commerce__order_lines') }}
                then coalesce(demand.demand_qty, 0)
        end as actual_qty
    from forecasts
    left join {{ ref('int_demand__weekly') }} as demand
        on
            forecasts.sku = demand.sku
            and forecasts.warehouse_code = demand.warehouse_code
            and forecasts.target_week = demand.week_start
),

final as (
    select
        compared.run_date,
        compared.sku,
        compared.warehouse_code,
        compared.target_week,
        compared.forecast_model,
        {{ date_key('compared.run_date') }} as run_date_key,
        {{ date_key('compared.target_week') }} as target_week_date_key,
        {{ member_key('product', 'product_key', 'compared.sku') }} as product_key,
        {{ member_key('warehouse', 'warehouse_key', 'compared.warehouse_code') }} as warehouse_key,
        cast((compared.target_week - {{ monday_of('compared.run_date') }}) // 7 as integer) as horizon_weeks,
        compared.forecast_qty,
        compared.actual_qty,
        cast(abs(compared.forecast_qty - compared.actual_qty) as decimal(18, 2)) as abs_error,
        compared.run_date as business_date,
        compared._load
    from compared
    {{ join_as_of('dim_product', 'product', 'sku', 'compared.sku', business_day_close('compared.run_date')) }}
    {{ join_as_of(
        'dim_warehouse', 'warehouse', 'warehouse_code', 'compared.warehouse_code', business_day_close('compared.run_date')
    ) }}
)

select * from final
{{ stored_by('business_date') }}
