-- 12_forecast_error.sql before the aggregates: the facts alone.
select
    products.abc_class,
    forecasts.horizon_weeks,
    forecasts.forecast_model,
    count(*) as forecasts,
    sum(forecasts.actual_qty) as actual_qty,
    sum(forecasts.forecast_qty) as forecast_qty,
    round(100.0 * sum(forecasts.abs_error) / nullif(sum(forecasts.actual_qty), 0), 1) as wape_pct,
    round(100.0 * (sum(forecasts.forecast_qty) - sum(forecasts.actual_qty)) / nullif(sum(forecasts.actual_qty), 0), 1) as bias_pct
from fct_demand_forecasts as forecasts
inner join dim_product as products on forecasts.product_key = products.product_key
where forecasts.actual_qty is not null
group by products.abc_class, forecasts.horizon_weeks, forecasts.forecast_model
order by products.abc_class nulls last, forecasts.horizon_weeks, forecasts.forecast_model
limit 50;
