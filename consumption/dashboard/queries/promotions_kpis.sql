-- Sales on promotion, now and in the period before.
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

sold as (
    select
        order_lines.*,
        order_lines.promo_code <> '0' as is_promoted
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $before_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
),

final as (
    select
        business_date >= $date_from::date as is_now,
        sum(net_amount_ex_vat) filter (where is_promoted) as promoted_net_sales,
        sum(net_amount_ex_vat) filter (where is_promoted) / nullif(sum(net_amount_ex_vat), 0) as promoted_share,
        sum(discount_amount) filter (where is_promoted) as promotion_discount,
        sum(discount_amount) filter (where is_promoted) / nullif(sum(gross_amount) filter (where is_promoted), 0)
            as promotion_discount_rate,
        sum(net_amount_ex_vat - cogs_amount) filter (where is_promoted)
        / nullif(sum(net_amount_ex_vat) filter (where is_promoted), 0) as promotion_margin_pct,
        count(distinct promo_code) filter (where is_promoted) as promotions,
        (select min(business_date) from marts.fct_order_lines) <= $before_from::date as is_comparable
    from sold
    group by business_date >= $date_from::date
)

select * from final
order by is_now desc;
