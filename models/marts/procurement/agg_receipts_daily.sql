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

-- not a join: while an order has not arrived, the first receipt of its line names neither supplier nor warehouse
counted as (
    select * from first_received
    union all by name
    select * from received
),

final as (
    select
        supplier_code,
        warehouse_code,
        category,
        {% for measure in ['lead_line_count', 'lead_days', 'lead_days_squared', 'received_qty', 'rejected_qty'] -%}
        cast(coalesce(sum({{ measure }}), 0) as bigint) as {{ measure }},
        {% endfor -%}
        business_date
    from counted
    group by business_date, supplier_code, warehouse_code, category
)

select * from final
{{ stored_by('business_date') }}
