-- Net sales and margin by warehouse, largest first.
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

final as (
    select
        order_lines.warehouse_code as warehouse,
        sum(order_lines.net_amount_ex_vat) as net_sales,
        sum(order_lines.net_amount_ex_vat - order_lines.cogs_amount)
        / nullif(sum(order_lines.net_amount_ex_vat), 0) as gross_margin_pct
    from marts.fct_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($channel::varchar[] is null or list_contains($channel::varchar[], order_lines.channel))
    group by order_lines.warehouse_code
)

select * from final
order by net_sales desc nulls last, warehouse asc
limit 15;
