-- Forecasts against demand for the weeks that began in the period and are over, and for those of the period before.
with

forecasts as (
    select * from marts.agg_forecast_error
    where
        target_week between $before_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($model::varchar[] is null or list_contains($model::varchar[], forecast_model))
),

final as (
    select
        target_week >= $date_from::date as is_now,
        sum(abs_error) / nullif(sum(actual_qty), 0) as wape,
        sum(forecast_qty - actual_qty) / nullif(sum(actual_qty), 0) as bias,
        sum(relative_abs_error) / nullif(sum(demanded_forecast_count), 0) as mape,
        sum(forecast_count)::bigint as forecasts,
        count(distinct target_week) as weeks,
        (select min(target_week) from marts.agg_forecast_error) <= $before_from::date as is_comparable
    from forecasts
    group by target_week >= $date_from::date
)

select * from final
order by is_now desc;
