-- Forecasts against demand for the weeks that began in the period and are over, and for those of the period before.
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
        forecasts.target_week between $before_from::date and $date_to::date
        and forecasts.actual_qty is not null
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], forecasts.warehouse_code))
        and ($model::varchar[] is null or list_contains($model::varchar[], forecasts.forecast_model))
),

final as (
    select
        target_week >= $date_from::date as is_now,
        sum(abs_error) / nullif(sum(actual_qty), 0) as wape,
        sum(forecast_qty - actual_qty) / nullif(sum(actual_qty), 0) as bias,
        avg(abs_error / actual_qty) filter (where actual_qty > 0) as mape,
        count(*) as forecasts,
        count(distinct target_week) as weeks,
        (select min(target_week) from marts.fct_demand_forecasts) <= $before_from::date as is_comparable
    from forecasts
    group by target_week >= $date_from::date
)

select * from final
order by is_now desc;
