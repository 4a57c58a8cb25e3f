-- Error by class of product (at the time of the forecast), per model.
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
        concat('class ', coalesce(abc_class, 'none')) as abc_class,
        forecast_model as series,
        sum(abs_error) / nullif(sum(actual_qty), 0) as wape
    from forecasts
    group by all
)

select * from final
order by series, abc_class;
