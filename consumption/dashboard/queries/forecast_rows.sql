-- The forecasts that missed by most units.
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
        sku,
        product_name,
        abc_class,
        warehouse_code as warehouse,
        forecast_model as model,
        horizon_weeks,
        forecast_qty,
        actual_qty,
        abs_error
    from forecasts
)

select * from final
order by abs_error desc, target_week desc, sku asc, warehouse asc, model asc, horizon_weeks asc
limit 1000;
