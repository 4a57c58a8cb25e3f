-- Too much (+) or too little (-) by week, per model, all horizons.
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
