-- Demand of each week, and what each model forecast one week ahead.
with

forecasts as (
    select * from marts.agg_forecast_error
    where
        target_week between $date_from::date and $date_to::date
        and horizon_weeks = 1
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($model::varchar[] is null or list_contains($model::varchar[], forecast_model))
),

by_model as (
    select
        target_week,
        forecast_model,
        sum(forecast_qty) as forecast_qty,
        sum(actual_qty) as actual_qty
    from forecasts
    group by target_week, forecast_model
),

final as (
    select
        target_week,
        concat('demand · ', forecast_model) as series,
        actual_qty::double as units
    from by_model
    union all
    select
        target_week,
        forecast_model as series,
        forecast_qty::double as units
    from by_model
)

select * from final
order by series asc, target_week asc;
