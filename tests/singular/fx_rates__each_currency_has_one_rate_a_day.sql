-- Invariant 23. Threshold: 0. Window: the whole history, a row per currency and day. Tier 2.
-- Detects: a day with no rate or two of them, and a purchase order in a currency that has no rate on its day.
{{ config(group='platform', severity='warn', meta={'tier': 2, 'owner': 'procurement-data', 'invariant': 23}) }}

with

rates as (
    select
        currency_code,
        rate_date,
        count(*) as rate_count
    from {{ ref('int_fx_rates__versions') }}
    where _is_latest and not is_deleted
    group by currency_code, rate_date
),

expected as (
    select
        currency_code,
        cast(unnest(generate_series(min(rate_date), max(rate_date), interval 1 day)) as date) as rate_date
    from rates
    group by currency_code
    union
    select
        currency_code,
        {{ business_date('ordered_at') }} as rate_date
    from {{ ref('int_purchase_orders__versions') }}
    where _is_latest and not is_deleted and currency_code <> 'KES'
),

final as (
    select
        expected.*,
        coalesce(rates.rate_count, 0) as rate_count
    from expected
    left join rates using (currency_code, rate_date)
    where rates.rate_count is distinct from 1
)

select * from final
