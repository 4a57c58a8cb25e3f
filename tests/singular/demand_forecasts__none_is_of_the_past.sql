-- Invariant 21. Threshold: 0. Window: forecasts that came lately (first_tested_load). Tier 2.
-- Detects: a forecast that was made when its week had begun: it would look better than it was.
{{ config(severity='warn', meta={'tier': 2, 'owner': 'planning-data', 'invariant': 21}) }}

with

forecasts as (
    select * from {{ ref('fct_demand_forecasts') }}
    where _load >= {{ first_tested_load() }}
),

final as (
    select
        run_date,
        sku,
        warehouse_code,
        target_week,
        forecast_model
    from forecasts
    where target_week <= run_date
)

select * from final
