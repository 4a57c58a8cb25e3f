-- Sales, now and in the period before: the governed metrics of the order lines, ratios as sums over sums.
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
        order_lines.business_date >= $date_from::date as is_now
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $before_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
),

final as (
    select
        is_now,
        sum(net_amount_ex_vat) as net_sales,
        sum(net_amount_ex_vat - cogs_amount) / nullif(sum(net_amount_ex_vat), 0) as gross_margin_pct,
        count(distinct case when qty > cancelled_qty then order_id end) as selling_orders,
        sum(net_amount_ex_vat)
        / nullif(count(distinct case when qty > cancelled_qty then order_id end), 0) as average_order_value,
        sum(qty - cancelled_qty)
        / nullif(count(distinct case when qty > cancelled_qty then order_id end), 0) as units_per_order,
        sum(discount_amount) / nullif(sum(gross_amount), 0) as discount_rate,
        (select min(business_date) from marts.fct_order_lines) <= $before_from::date as is_comparable
    from sold
    group by is_now
)

select * from final
order by is_now desc;
