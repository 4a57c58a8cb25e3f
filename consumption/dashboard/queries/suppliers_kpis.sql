-- What suppliers promised, delivered and charged, now and in the period before: promises by their day, lead times and
-- rejects by the day of the receipt, prices by the day of the order.
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
        pipeline.promised_date >= $date_from::date as is_now,
        sum(pipeline.is_due) as due_lines,
        sum(pipeline.is_otif) / nullif(sum(pipeline.is_due), 0) as supplier_otif
    from marts.fct_procurement_pipeline as pipeline
    inner join products on pipeline.product_key = products.product_key
    where
        pipeline.is_due = 1
        and pipeline.promised_date between $before_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], pipeline.warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], pipeline.supplier_code))
    group by pipeline.promised_date >= $date_from::date
),

first_received as (
    select
        pipeline.first_receipt_date_key >= strftime($date_from::date, '%Y%m%d')::integer as is_now,
        avg(pipeline.days_sent_to_first_receipt) as lead_time_mean,
        stddev_samp(pipeline.days_sent_to_first_receipt) as lead_time_std
    from marts.fct_procurement_pipeline as pipeline
    inner join products on pipeline.product_key = products.product_key
    where
        pipeline.first_receipt_date_key >= strftime($before_from::date, '%Y%m%d')::integer
        and pipeline.first_receipt_date_key <= strftime($date_to::date, '%Y%m%d')::integer
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], pipeline.warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], pipeline.supplier_code))
    group by pipeline.first_receipt_date_key >= strftime($date_from::date, '%Y%m%d')::integer
),

received as (
    select
        receipts.business_date >= $date_from::date as is_now,
        sum(receipts.rejected_qty) / nullif(sum(receipts.received_qty), 0) as reject_rate
    from marts.fct_receipts as receipts
    inner join products on receipts.product_key = products.product_key
    where
        receipts.business_date between $before_from::date and $date_to::date
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], receipts.warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], receipts.supplier_code))
    group by receipts.business_date >= $date_from::date
),

ordered as (
    select
        order_lines.business_date >= $date_from::date as is_now,
        sum((order_lines.unit_cost_kes - order_lines.quoted_unit_cost) * (order_lines.ordered_qty - order_lines.cancelled_qty))
        / nullif(sum(order_lines.quoted_unit_cost * (order_lines.ordered_qty - order_lines.cancelled_qty)), 0)
            as purchase_price_variance
    from marts.fct_purchase_order_lines as order_lines
    inner join products on order_lines.product_key = products.product_key
    where
        order_lines.business_date between $before_from::date and $date_to::date
        and order_lines.quoted_unit_cost is not null
        and order_lines.unit_cost_kes is not null
        and ($warehouse::varchar[] is null or list_contains($warehouse::varchar[], order_lines.warehouse_code))
        and ($supplier::varchar[] is null or list_contains($supplier::varchar[], order_lines.supplier_code))
    group by order_lines.business_date >= $date_from::date
),

-- goods may come in days in which nothing is due
periods as (
    select is_now from due
    union
    select is_now from first_received
    union
    select is_now from received
    union
    select is_now from ordered
),

final as (
    select
        periods.is_now,
        coalesce(due.due_lines, 0) as due_lines,
        due.supplier_otif,
        first_received.lead_time_mean,
        first_received.lead_time_std,
        received.reject_rate,
        ordered.purchase_price_variance,
        (select min(promised_date) from marts.fct_procurement_pipeline) <= $before_from::date as is_comparable
    from periods
    left join due on periods.is_now = due.is_now
    left join first_received on periods.is_now = first_received.is_now
    left join received on periods.is_now = received.is_now
    left join ordered on periods.is_now = ordered.is_now
)

select * from final
order by is_now desc;
