-- The promotions of the period: what they covered, sold and cost. The newest first.
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

promotions as (
    select
        promo_code,
        min(cast(valid_from + interval 3 hour as date)) as first_day,
        least(max(cast(valid_to + interval 3 hour as date)) - 1, $date_to::date) as final_day
    from marts.fct_promotion_coverage
    group by promo_code
    having first_day <= $date_to::date and final_day >= $date_from::date and first_day <= final_day
),

scopes as (
    select distinct
        coverage.promo_code,
        coverage.sku,
        coverage.scope_type,
        coverage.scope_code,
        promotions.first_day,
        promotions.final_day
    from marts.fct_promotion_coverage as coverage
    inner join promotions on coverage.promo_code = promotions.promo_code
    inner join products on coverage.product_key = products.product_key
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
    inner join marts.fct_order_lines as order_lines
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
        scopes.promo_code,
        scopes.first_day,
        scopes.final_day,
        count(distinct scopes.sku) as promoted_products
    from scopes
    group by scopes.promo_code, scopes.first_day, scopes.final_day
),

measured as (
    select
        promoted.promo_code,
        names.promotion_name,
        names.mechanic,
        promoted.first_day,
        promoted.final_day,
        promoted.promoted_products,
        promoted.promoted_products - coalesce(by_promotion.sold_products, 0) as unsold_products,
        coalesce(by_promotion.units_during, 0) / (promoted.final_day - promoted.first_day + 1) as units_a_day,
        coalesce(by_promotion.units_before, 0) / 28 as units_a_day_before,
        coalesce(by_promotion.discount, 0) as discount
    from promoted
    inner join marts.dim_promotion as names on promoted.promo_code = names.promo_code and names.is_current
    left join by_promotion on promoted.promo_code = by_promotion.promo_code
),

final as (
    select
        promo_code,
        promotion_name,
        mechanic,
        first_day,
        final_day,
        promoted_products,
        unsold_products,
        round(units_a_day, 1) as units_a_day,
        round(units_a_day_before, 1) as units_a_day_before,
        round(100 * units_a_day / nullif(units_a_day_before, 0) - 100, 1) as uplift_pct,
        discount
    from measured
)

select * from final
order by first_day desc, promo_code asc
limit 1000;
