-- question: What did each promotion sell above the weeks before, and what was promoted and did not sell?
-- decision: repeat, change or stop a promotion; drop products that do not answer to it.
-- how to read: promotions of the last 180 days; units a day of the promoted products where they were promoted, during
--   the promotion (until today if it still runs) against the 28 days before its first day. unsold_products were promoted
--   and sold nowhere in its scope. Not a proof: season and stock act too.
with

results as (
    select
        promo_code,
        first_day,
        final_day - first_day + 1 as promoted_days,
        sum(promoted_product_count)::bigint as promoted_products,
        sum(sold_product_count)::bigint as sold_products,
        sum(sold_qty)::bigint as sold_qty,
        sum(sold_qty_before)::bigint as sold_qty_before,
        sum(discount_amount) as discount
    from agg_promotion_results
    group by promo_code, first_day, final_day
)

select
    results.promo_code,
    promotions.promotion_name,
    promotions.mechanic,
    results.first_day,
    results.promoted_days,
    results.promoted_products,
    results.promoted_products - results.sold_products as unsold_products,
    round(1.0 * results.sold_qty / results.promoted_days, 1) as units_a_day,
    round(results.sold_qty_before / 28.0, 1) as units_a_day_before,
    round(
        100.0 * results.sold_qty / results.promoted_days / nullif(results.sold_qty_before / 28.0, 0) - 100, 1
    ) as uplift_pct,
    results.discount
from results
inner join dim_promotion as promotions on results.promo_code = promotions.promo_code and promotions.is_current
order by results.first_day desc, results.promo_code asc
limit 50;
