-- Error by class of product (at the time of the forecast), per model.
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
        concat('class ', coalesce(abc_class, 'none')) as abc_class,
        forecast_model as series,
        sum(abs_error) / nullif(sum(actual_qty), 0) as wape
    from forecasts
    group by all
)

select * from final
order by series, abc_class;
