-- Too much (+) or too little (-) by week, per model, all horizons.
with

forecasts as (
    select * from marts.agg_forecast_error
    where
        target_week between $date_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($model::varchar[] is null or list_contains($model::varchar[], forecast_model))
),

final as (
    select
        target_week,
        forecast_model as series,
        sum(forecast_qty - actual_qty) / nullif(sum(actual_qty), 0) as bias
    from forecasts
    group by target_week, forecast_model
)

select * from final
order by series, target_week;
