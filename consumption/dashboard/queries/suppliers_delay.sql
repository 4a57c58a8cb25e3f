-- Lines by days between the promise and the first receipt; what has not come yet is left out.
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
        case
            when days_vs_promise < 0 then '1 · early'
            when days_vs_promise = 0 then '2 · on the day'
            when days_vs_promise <= 2 then '3 · 1 to 2 late'
            when days_vs_promise <= 7 then '4 · 3 to 7 late'
            else '5 · later'
        end as days_against_promise,
        count(*) as order_lines
    from due
    where days_vs_promise is not null
    group by all
)

select * from final
order by days_against_promise;
