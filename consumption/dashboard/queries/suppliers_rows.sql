-- The order lines that were not on time in full, latest promise first.
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
        promised_date,
        po_number,
        line_no,
        supplier_code as supplier,
        sku,
        product_name,
        warehouse_code as warehouse,
        stage,
        days_vs_promise,
        ordered_qty - cancelled_qty as ordered_qty,
        received_qty_to_date as received_qty,
        rejected_qty_to_date as rejected_qty
    from due
    where is_otif = 0
)

select * from final
order by promised_date desc, po_number desc, line_no asc
limit 1000;
