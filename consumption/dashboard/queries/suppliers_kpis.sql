-- What suppliers promised for the period and the one before, and how they kept it. Prices by the day of the order.
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
        and pipeline.promised_date between $before_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], pipeline.warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], pipeline.supplier_code))
),

kept as (
    select
        promised_date >= $date_from::date as is_now,
        sum(is_due) as due_lines,
        sum(is_otif) / nullif(sum(is_due), 0) as supplier_otif,
        avg(days_sent_to_first_receipt) as lead_time_mean,
        stddev_samp(days_sent_to_first_receipt) as lead_time_std,
        sum(rejected_qty_to_date) / nullif(sum(received_qty_to_date), 0) as reject_rate
    from due
    group by promised_date >= $date_from::date
),

ordered as (
    select
        order_lines.business_date >= $date_from::date as is_now,
        sum((order_lines.unit_cost_kes - order_lines.quoted_unit_cost) * (order_lines.ordered_qty - order_lines.cancelled_qty))
        as purchase_price_variance
    from marts.fct_purchase_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $before_from::date and $date_to::date
        and order_lines.quoted_unit_cost is not null
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], order_lines.supplier_code))
    group by order_lines.business_date >= $date_from::date
),

final as (
    select
        kept.*,
        ordered.purchase_price_variance,
        (select min(promised_date) from marts.fct_procurement_pipeline) <= $before_from::date as is_comparable
    from kept
    left join ordered on kept.is_now = ordered.is_now
)

select * from final
order by is_now desc;
