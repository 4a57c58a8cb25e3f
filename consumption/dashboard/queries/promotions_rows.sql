-- Promotions that ran in the period, with their whole results: what they covered, sold and cost. The newest first.
with

results as (
    select
        promo_code,
        first_day,
        final_day,
        sum(promoted_product_count)::bigint as promoted_products,
        sum(promoted_product_count - sold_product_count)::bigint as unsold_products,
        sum(sold_qty)::bigint / (final_day - first_day + 1) as units_a_day,
        sum(sold_qty_before)::bigint / 28 as units_a_day_before,
        sum(discount_amount) as discount
    from marts.agg_promotion_results
    where
        first_day <= $date_to::date
        and final_day >= $date_from::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
    group by promo_code, first_day, final_day
),

final as (
    select
        results.promo_code,
        names.promotion_name,
        names.mechanic,
        results.first_day,
        results.final_day,
        results.promoted_products,
        results.unsold_products,
        round(results.units_a_day, 1) as units_a_day,
        round(results.units_a_day_before, 1) as units_a_day_before,
        round(100 * results.units_a_day / nullif(results.units_a_day_before, 0) - 100, 1) as uplift_pct,
        results.discount
    from results
    inner join marts.dim_promotion as names on results.promo_code = names.promo_code and names.is_current
)

select * from final
order by first_day desc, promo_code asc
limit 1000;
