with

source as (
    select * from {{ source('forecasts', 'demand_forecasts') }}
),

final as (
    select
        upper(trim(sku)) as sku,
        upper(trim(warehouse_code)) as warehouse_code,
        model as forecast_model,
        qty as forecast_qty,
        false as is_deleted,
        run_date,
        target_week,
        filename as _file
    from source
)

select * from final
