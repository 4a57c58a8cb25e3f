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

products as (
    select product_key from marts.dim_product
    where $category::varchar[] is null or list_contains($category::varchar[], category)
),

-- which promotions: the one thing that does not add up
promotions as (
    select
        order_lines.business_date >= $date_from::date as is_now,
        count(distinct order_lines.promo_code) as promotions
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $before_from::date and $date_to::date
        and order_lines.promo_code <> '0'
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
    group by is_now
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
        / nullif(sum(net_amount_ex_vat) filter (where is_promoted), 0) as promotion_margin_pct
    from sold
    group by is_now
),

final as (
    select
        sums.*,
        coalesce(promotions.promotions, 0) as promotions,
        (select min(business_date) from marts.agg_sales_daily) <= $before_from::date as is_comparable
    from sums
    left join promotions on sums.is_now = promotions.is_now
)

select * from final
order by is_now desc;
