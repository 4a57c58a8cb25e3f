-- grain: one row per business_date (of the receipt), supplier_code, warehouse_code and category (as it was at the receipt; of
-- lead times, when the product was ordered), all of history. All measures are additive: means and deviations are made of sums.
{{ config(materialized='table') }}

with

pipeline as (
    select
        *,
        {{ business_date('first_receipt_at') }} as first_receipt_date
    from {{ ref('fct_procurement_pipeline') }}
),

receipts as (
    select * from {{ ref('fct_receipts') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

first_received as (
    select
        pipeline.first_receipt_date as business_date,
        pipeline.supplier_code,
        pipeline.warehouse_code,
        products.category,
        count(pipeline.days_sent_to_first_receipt) as lead_line_count,
        sum(pipeline.days_sent_to_first_receipt) as lead_days,
        sum(pipeline.days_sent_to_first_receipt * pipeline.days_sent_to_first_receipt) as lead_days_squared
    from pipeline
    inner join products on pipeline.product_key = products.product_key
    where pipeline.first_receipt_date is not null
    group by pipeline.first_receipt_date, pipeline.supplier_code, pipeline.warehouse_code, products.category
),

received as (
    select
        receipts.business_date,
        receipts.supplier_code,
        receipts.warehouse_code,
        products.category,
        sum(receipts.received_qty) as received_qty,
        sum(receipts.rejected_qty) as rejected_qty
    from receipts
    inner join products on receipts.product_key = products.product_key
    group by receipts.business_date, receipts.supplier_code, receipts.warehouse_code, products.category
),

-- while an order has not arrived, the first receipt of its line names neither supplier nor warehouse, and counts all the same
final as (
    select
        coalesce(received.supplier_code, first_received.supplier_code) as supplier_code,
        coalesce(received.warehouse_code, first_received.warehouse_code) as warehouse_code,
        coalesce(received.category, first_received.category) as category,
        coalesce(first_received.lead_line_count, 0) as lead_line_count,
        cast(coalesce(first_received.lead_days, 0) as bigint) as lead_days,
        cast(coalesce(first_received.lead_days_squared, 0) as bigint) as lead_days_squared,
        cast(coalesce(received.received_qty, 0) as bigint) as received_qty,
        cast(coalesce(received.rejected_qty, 0) as bigint) as rejected_qty,
        coalesce(received.business_date, first_received.business_date) as business_date
    from received
    full join first_received
        on
            received.business_date = first_received.business_date
            and received.supplier_code = first_received.supplier_code
            and received.warehouse_code = first_received.warehouse_code
            and received.category is not distinct from first_received.category
)

select * from final
{{ stored_by('business_date') }}
