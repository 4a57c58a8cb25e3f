-- Supplier OTIF by the week of the promise.
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

due as (
    select
        pipeline.*,
        products.product_name,
        products.category
    from marts.fct_procurement_pipeline as pipeline
    inner join products on pipeline.product_key = products.product_key
    where
        pipeline.is_due = 1
        and pipeline.promised_date between $date_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], pipeline.warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], pipeline.supplier_code))
),

final as (
    select
        date_trunc('week', promised_date)::date as week,
        sum(is_otif) / nullif(sum(is_due), 0) as supplier_otif
    from due
    group by date_trunc('week', promised_date)::date
)

select * from final
order by week;
