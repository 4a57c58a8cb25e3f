-- Share of the units received in the period that inspection refused, by category: the worst first.
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
        products.category,
        sum(receipts.rejected_qty) / nullif(sum(receipts.received_qty), 0) as reject_rate
    from marts.fct_receipts as receipts
    inner join products on receipts.product_key = products.product_key
    where
        receipts.business_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], receipts.warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], receipts.supplier_code))
    group by products.category
    having sum(receipts.received_qty) > 0
)

select * from final
order by reject_rate desc nulls last, category asc
limit 10;
