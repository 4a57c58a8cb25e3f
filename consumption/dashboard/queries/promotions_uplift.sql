-- Units a day during a promotion against the 28 days before it began: the largest uplift first. Not a proof: season acts too.
with

results as (
    select
        promo_code,
        sum(sold_qty)::bigint / (final_day - first_day + 1) as units_a_day,
        sum(sold_qty_before)::bigint / 28 as units_a_day_before
    from marts.agg_promotion_results
    where
        first_day <= $date_to::date
        and final_day >= $date_from::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
    group by promo_code, first_day, final_day
    having sum(sold_qty_before) > 0
),

final as (
    select
        results.promo_code,
        names.promotion_name as promotion,
        results.units_a_day / results.units_a_day_before - 1 as uplift
    from results
    inner join marts.dim_promotion as names on results.promo_code = names.promo_code and names.is_current
)

select * from final
order by uplift desc, promo_code asc
limit 10;
