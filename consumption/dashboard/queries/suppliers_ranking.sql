-- The suppliers that keep the fewest promises, beside their targets; those with five lines or more.
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
        due.supplier_code,
        max(suppliers.legal_name) as supplier,
        sum(due.is_otif) / sum(due.is_due) as supplier_otif,
        max(suppliers.otif_target)::double as otif_target
    from due
    inner join marts.dim_supplier as suppliers on due.supplier_code = suppliers.supplier_code and suppliers.is_current
    group by due.supplier_code
    having sum(due.is_due) >= 5
)

select * from final
order by supplier_otif asc, supplier_code asc
limit 10;
