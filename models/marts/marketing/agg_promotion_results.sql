-- grain: one row per promo_code and category (of today) of promotions that ran in the last 180 days: units and discount in it,
-- and units of the 28 days before. Additive over categories, over promotions only where they promote different products.
{{ config(materialized='table') }}

with

closed as (
    select {{ last_closed_day('stg_erp__inventory_ledger') }} as last_day
),

coverage as (
    select * from {{ ref('fct_promotion_coverage') }}
),

products as (
    select
        sku,
        category
    from {{ ref('dim_product') }}
    where is_current
),

-- until today if it still runs
promotions as (
    select
        promo_code,
        min({{ business_date('valid_from') }}) as first_day,
        least(max({{ business_date('valid_to') }}) - 1, (select last_day from closed)) as final_day
    from coverage
    group by promo_code
),

promoted as (
    select
        promotions.promo_code,
        promotions.first_day,
        promotions.final_day,
        coverage.sku,
        -- a product that has not arrived yet has no category
        coalesce(any_value(products.category), 'Unknown') as category,
        coalesce(list(coverage.scope_code) filter (where coverage.scope_type = 'channel'), []) as channel_codes,
        coalesce(list(coverage.scope_code) filter (where coverage.scope_type = 'warehouse'), []) as warehouse_codes
    from promotions
    inner join coverage on promotions.promo_code = coverage.promo_code
    left join products on coverage.sku = products.sku
    where promotions.first_day <= promotions.final_day and promotions.final_day > (select last_day - 180 from closed)
    group by promotions.promo_code, promotions.first_day, promotions.final_day, coverage.sku
),

-- a join on days is one on equality: 4.4 CPU s for all promotions of 24 months, 14 with a join on a range of days
promoted_days as (
    select
        promoted.*,
        cast(
            unnest(generate_series(promoted.first_day - 28, promoted.final_day, interval 1 day)) as date
        ) as business_date
    from promoted
),

-- a line counts once, even when it is in the scope of a channel and of a warehouse
sold as (
    select
        promoted_days.promo_code,
        promoted_days.category,
        order_lines.sku,
        order_lines.qty - order_lines.cancelled_qty as sold_qty,
        order_lines.discount_amount,
        order_lines.business_date >= promoted_days.first_day as is_during
    from {{ ref('fct_order_lines') }} as order_lines
    inner join promoted_days
        on order_lines.sku = promoted_days.sku and order_lines.business_date = promoted_days.business_date
    where
        list_contains(promoted_days.channel_codes, order_lines.channel)
        or list_contains(promoted_days.warehouse_codes, order_lines.warehouse_code)
),

results as (
    select
        promo_code,
        category,
        sum(sold_qty) filter (where is_during) as sold_qty,
        sum(sold_qty) filter (where not is_during) as sold_qty_before,
        sum(discount_amount) filter (where is_during) as discount_amount,
        count(distinct sku) filter (where is_during and sold_qty > 0) as sold_product_count
    from sold
    group by promo_code, category
),

final as (
    select
        promoted.promo_code,
        promoted.category,
        count(*) as promoted_product_count,
        coalesce(any_value(results.sold_product_count), 0) as sold_product_count,
        cast(coalesce(any_value(results.sold_qty), 0) as bigint) as sold_qty,
        cast(coalesce(any_value(results.sold_qty_before), 0) as bigint) as sold_qty_before,
        cast(coalesce(any_value(results.discount_amount), 0) as decimal(18, 2)) as discount_amount,
        promoted.first_day,
        promoted.final_day
    from promoted
    left join results on promoted.promo_code = results.promo_code and promoted.category = results.category
    group by promoted.promo_code, promoted.category, promoted.first_day, promoted.final_day
)

select * from final
