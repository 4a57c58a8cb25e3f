-- grain: one row per target_week, horizon_weeks, forecast_model, warehouse_code, category and abc_class of weeks that are over.
-- All measures are additive: wape is abs_error / actual_qty of any sum, bias (forecast_qty - actual_qty) / actual_qty, mape
-- relative_abs_error / demanded_forecast_count.
{{ config(materialized='table') }}

with

forecasts as (
    select * from {{ ref('fct_demand_forecasts') }}
    where actual_qty is not null
),

products as (
    select * from {{ ref('dim_product') }}
),

final as (
    select
        forecasts.warehouse_code,
        forecasts.forecast_model,
        products.category,
        products.abc_class,
        forecasts.horizon_weeks,
        count(*) as forecast_count,
        cast(sum(forecasts.forecast_qty) as decimal(18, 2)) as forecast_qty,
        cast(sum(forecasts.actual_qty) as bigint) as actual_qty,
        cast(sum(forecasts.abs_error) as decimal(18, 2)) as abs_error,
        count(*) filter (where forecasts.actual_qty > 0) as demanded_forecast_count,
        coalesce(sum(cast(forecasts.abs_error as double) / forecasts.actual_qty) filter (where forecasts.actual_qty > 0), 0)
            as relative_abs_error,
        forecasts.target_week
    from forecasts
    inner join products on forecasts.product_key = products.product_key
    group by
        forecasts.target_week, forecasts.horizon_weeks, forecasts.forecast_model, forecasts.warehouse_code,
        products.category, products.abc_class
)

select * from final
