-- Invariant 22. Threshold: 0. Window: days of the dense window that were computed lately (first_tested_load). Tier 1.
-- Detects: a warehouse that did not report on a trading day while its stock is shown as confirmed; or a mark that stayed.
{{ config(meta={'tier': 1, 'owner': 'inventory-data', 'invariant': 22}) }}

with

reported as (
    select distinct
        warehouse_code,
        {{ count_sheet_date('count_id') }} as business_date
    from {{ ref('int_stock_counts__versions') }}
    where _is_latest and not is_deleted
),

shown as (
    select distinct
        warehouse_code,
        business_date,
        is_stale
    from {{ ref('fct_inventory_daily') }}
    where _load >= {{ first_tested_load() }}
),

final as (
    select
        shown.*,
        dates.is_trading_day,
        reported.warehouse_code is not null as is_reported
    from shown
    inner join {{ ref('dim_date') }} as dates on shown.business_date = dates.calendar_date
    left join reported using (warehouse_code, business_date)
    where shown.is_stale <> (dates.is_trading_day and reported.warehouse_code is null)
)

select * from final
