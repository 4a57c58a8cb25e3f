-- grain: one row per business_date, supplier_code, warehouse_code and category (as it was when ordered), all of history: lines
-- that were due on the day, and lines ordered on the day against the quotes. All measures are additive: means and deviations
-- are made of sums.
{{ config(materialized='table') }}

with

pipeline as (
    select * from {{ ref('fct_procurement_pipeline') }}
),

order_lines as (
    select * from {{ ref('fct_purchase_order_lines') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

-- no upper bound: a line is due once its promise is over, and orders count from the moment they are raised
due as (
    select
        pipeline.promised_date as business_date,
        pipeline.supplier_code,
        pipeline.warehouse_code,
        products.category,
        count(*) as due_line_count,
        sum(pipeline.is_otif) as otif_line_count,
        count(*) filter (where pipeline.days_vs_promise < 0) as early_line_count,
        count(*) filter (where pipeline.days_vs_promise = 0) as on_day_line_count,
        count(*) filter (where pipeline.days_vs_promise between 1 and 2) as late_1_to_2_days_line_count,
        count(*) filter (where pipeline.days_vs_promise between 3 and 7) as late_3_to_7_days_line_count,
        count(*) filter (where pipeline.days_vs_promise > 7) as late_over_7_days_line_count,
        count(pipeline.days_sent_to_first_receipt) as lead_line_count,
        sum(pipeline.days_sent_to_first_receipt) as lead_days,
        sum(pipeline.days_sent_to_first_receipt * pipeline.days_sent_to_first_receipt) as lead_days_squared,
        sum(pipeline.received_qty_to_date) as received_qty,
        sum(pipeline.rejected_qty_to_date) as rejected_qty
    from pipeline
    inner join products on pipeline.product_key = products.product_key
    where pipeline.is_due = 1
    group by pipeline.promised_date, pipeline.supplier_code, pipeline.warehouse_code, products.category
),

quoted as (
    select
        order_lines.business_date,
        order_lines.supplier_code,
        order_lines.warehouse_code,
        products.category,
        sum((order_lines.unit_cost_kes - order_lines.quoted_unit_cost) * (order_lines.ordered_qty - order_lines.cancelled_qty))
            as above_quote_amount,
        sum(order_lines.quoted_unit_cost * (order_lines.ordered_qty - order_lines.cancelled_qty)) as quoted_amount
    from order_lines
    inner join products on order_lines.product_key = products.product_key
    where order_lines.quoted_unit_cost is not null and order_lines.unit_cost_kes is not null
    group by order_lines.business_date, order_lines.supplier_code, order_lines.warehouse_code, products.category
),

-- an order that has not arrived names neither supplier nor warehouse, and its lines count all the same
final as (
    select
        coalesce(due.supplier_code, quoted.supplier_code) as supplier_code,
        coalesce(due.warehouse_code, quoted.warehouse_code) as warehouse_code,
        coalesce(due.category, quoted.category) as category,
        {% for measure in ['due_line_count', 'otif_line_count', 'early_line_count', 'on_day_line_count',
            'late_1_to_2_days_line_count', 'late_3_to_7_days_line_count', 'late_over_7_days_line_count', 'lead_line_count',
            'lead_days', 'lead_days_squared', 'received_qty', 'rejected_qty'] -%}
        cast(coalesce(due.{{ measure }}, 0) as bigint) as {{ measure }},
        {% endfor -%}
        cast(coalesce(quoted.above_quote_amount, 0) as decimal(18, 4)) as above_quote_amount,
        cast(coalesce(quoted.quoted_amount, 0) as decimal(18, 4)) as quoted_amount,
        coalesce(due.business_date, quoted.business_date) as business_date
    from due
    full join quoted
        on
            due.business_date = quoted.business_date
            and due.supplier_code is not distinct from quoted.supplier_code
            and due.warehouse_code is not distinct from quoted.warehouse_code
            and due.category is not distinct from quoted.category
)

select * from final
{{ stored_by('business_date') }}
