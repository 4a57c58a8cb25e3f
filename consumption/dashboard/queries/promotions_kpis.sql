-- Sales on promotion, now and in the period before.
with

sold as (
    select
        *,
        business_date >= $date_from::date as is_now
    from marts.agg_sales_daily
    where
        business_date between $before_from::date and $date_to::date
        and ($category::varchar[] is null or list_contains($category::varchar[], category))
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], channel))
),

sums as (
    select
        is_now,
        coalesce(sum(net_amount_ex_vat) filter (where is_promoted), 0) as promoted_net_sales,
        coalesce(sum(net_amount_ex_vat) filter (where is_promoted), 0) / nullif(sum(net_amount_ex_vat), 0) as promoted_share,
        coalesce(sum(discount_amount) filter (where is_promoted), 0) as promotion_discount,
        sum(discount_amount) filter (where is_promoted) / nullif(sum(gross_amount) filter (where is_promoted), 0)
            as promotion_discount_rate,
        sum(net_amount_ex_vat - cogs_amount) filter (where is_promoted)
        / nullif(sum(net_amount_ex_vat) filter (where is_promoted), 0) as promotion_margin_pct,
        count(distinct promo_code) filter (where is_promoted) as promotions
    from sold
    group by is_now
),

final as (
    select
        *,
        (select min(business_date) from marts.agg_sales_daily) <= $before_from::date as is_comparable
    from sums
)

select * from final
order by is_now desc;
