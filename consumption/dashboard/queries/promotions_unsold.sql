-- Promotions that ran in the period by products that were promoted and sold nowhere in their scope.
with

results as (
    select
        promo_code,
        sum(promoted_product_count - sold_product_count)::bigint as unsold_products
    from marts.agg_promotion_results
    where
        first_day <= $date_to::date
        and final_day >= $date_from::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
    group by promo_code
    having sum(promoted_product_count - sold_product_count) > 0
),

final as (
    select
        results.promo_code,
        names.promotion_name as promotion,
        results.unsold_products
    from results
    inner join marts.dim_promotion as names on results.promo_code = names.promo_code and names.is_current
)

select * from final
order by unsold_products desc, promo_code asc
limit 10;
