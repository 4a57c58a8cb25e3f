-- question: How wrong are the forecasts, by class of product, horizon and model?
-- decision: which model to use for which products, and how far ahead to trust it.
-- how to read: weeks that are over. wape_pct = sum of absolute errors / sum of actual demand, so large sellers weigh
--   more; bias_pct > 0 means that too much was forecast. The class is the product's at the time of the forecast.
select
    abc_class,
    horizon_weeks,
    forecast_model,
    sum(forecast_count) as forecasts,
    sum(actual_qty) as actual_qty,
    sum(forecast_qty) as forecast_qty,
    round(100.0 * sum(abs_error) / nullif(sum(actual_qty), 0), 1) as wape_pct,
    round(100.0 * (sum(forecast_qty) - sum(actual_qty)) / nullif(sum(actual_qty), 0), 1) as bias_pct
from agg_forecast_error
group by abc_class, horizon_weeks, forecast_model
order by abc_class nulls last, horizon_weeks, forecast_model
limit 50;
