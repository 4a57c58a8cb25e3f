-- Demand of each week, and what each model forecast one week ahead.
with

products as (
    select
        product_key,
        sku,
        product_name,
        category,
        abc_class
    from marts.dim_product
    where $category::varchar[] is null or list_contains($category::varchar[], category)
),

forecasts as (
    select
        forecasts.*,
        products.abc_class,
        products.product_name
    from marts.fct_demand_forecasts as forecasts
    inner join products on forecasts.product_key = products.product_key
    where
        forecasts.target_week between $date_from::date and $date_to::date
        and forecasts.actual_qty is not null
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], forecasts.warehouse_code))
        and ($model::varchar[] is null or list_contains($model::varchar[], forecasts.forecast_model))
),

by_model as (
    select
        target_week,
        forecast_model,
        sum(forecast_qty) as forecast_qty,
        sum(actual_qty) as actual_qty
    from forecasts
    where horizon_weeks = 1
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
