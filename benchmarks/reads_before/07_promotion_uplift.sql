-- 07_promotion_uplift.sql before the aggregates: the facts alone.
with

last_day as (
    select max(business_date) as closed_day from fct_inventory_daily
),

promotions as (
    select
        promo_code,
        min(cast(valid_from + interval 3 hour as date)) as first_day,
        least(max(cast(valid_to + interval 3 hour as date)) - 1, (select closed_day from last_day)) as final_day
    from fct_promotion_coverage
    group by promo_code
),

scopes as (
    select distinct
        coverage.promo_code,
        coverage.sku,
        coverage.scope_type,
        coverage.scope_code,
        promotions.first_day,
        promotions.final_day
    from fct_promotion_coverage as coverage
    inner join promotions on coverage.promo_code = promotions.promo_code
    where promotions.first_day <= promotions.final_day
),

-- a line counts once, even when it is in the scope of a channel and of a warehouse
sold as (
    select distinct
        scopes.promo_code,
        scopes.sku,
        order_lines.order_id,
        order_lines.line_no,
        order_lines.qty - order_lines.cancelled_qty as units,
        order_lines.discount_amount,
        order_lines.business_date >= scopes.first_day as is_during
    from scopes
    inner join fct_order_lines as order_lines
        on
            scopes.sku = order_lines.sku
            and (
                (scopes.scope_type = 'channel' and scopes.scope_code = order_lines.channel)
                or (scopes.scope_type = 'warehouse' and scopes.scope_code = order_lines.warehouse_code)
            )
            and order_lines.business_date between scopes.first_day - 28 and scopes.final_day
),

by_promotion as (
    select
        promo_code,
        sum(units) filter (where is_during) as units_during,
        sum(units) filter (where not is_during) as units_before,
        sum(discount_amount) filter (where is_during) as discount,
        count(distinct sku) filter (where is_during and units > 0) as sold_products
    from sold
    group by promo_code
),

promoted as (
    select
        promo_code,
        first_day,
        final_day,
        count(distinct sku) as promoted_products
    from scopes
    group by promo_code, first_day, final_day
)

select
    promoted.promo_code,
    promotions.promotion_name,
    promotions.mechanic,
    promoted.first_day,
    promoted.final_day - promoted.first_day + 1 as promoted_days,
    promoted.promoted_products,
    promoted.promoted_products - coalesce(by_promotion.sold_products, 0) as unsold_products,
    round(1.0 * coalesce(by_promotion.units_during, 0) / (promoted.final_day - promoted.first_day + 1), 1) as units_a_day,
    round(coalesce(by_promotion.units_before, 0) / 28.0, 1) as units_a_day_before,
    round(
        100.0 * (by_promotion.units_during / (promoted.final_day - promoted.first_day + 1))
        / nullif(by_promotion.units_before / 28.0, 0) - 100, 1
    ) as uplift_pct,
    coalesce(by_promotion.discount, 0) as discount
from promoted
inner join dim_promotion as promotions on promoted.promo_code = promotions.promo_code and promotions.is_current
left join by_promotion on promoted.promo_code = by_promotion.promo_code
order by promoted.first_day desc, promoted.promo_code asc
limit 50;
