-- grain: one row per business_date and supplier_code since 92 closed days ago: lines that were due on the day, and lines ordered
-- on the day against the quotes. All measures are additive: means and deviations are made of sums.
{{ config(materialized='table') }}

with

closed as (
    select {{ last_closed_day('stg_erp__inventory_ledger') }} as last_day
),

-- no upper bound: a line is due once its promise is over, and orders count from the moment they are raised
due as (
    select
        promised_date as business_date,
        supplier_code,
        count(*) as due_line_count,
        cast(sum(is_otif) as bigint) as otif_line_count,
        count(days_sent_to_first_receipt) as lead_line_count,
        cast(sum(days_sent_to_first_receipt) as bigint) as lead_days,
        cast(sum(days_sent_to_first_receipt * days_sent_to_first_receipt) as bigint) as lead_days_squared,
        cast(sum(received_qty_to_date) as bigint) as received_qty,
        cast(sum(rejected_qty_to_date) as bigint) as rejected_qty
    from {{ ref('fct_procurement_pipeline') }}
    where is_due = 1 and supplier_code is not null and promised_date >= (select last_day - 91 from closed)
    group by promised_date, supplier_code
),

ordered as (
    select
        business_date,
        supplier_code,
        sum((unit_cost_kes - quoted_unit_cost) * (ordered_qty - cancelled_qty)) as above_quote_amount,
        sum(quoted_unit_cost * (ordered_qty - cancelled_qty)) as quoted_amount
    from {{ ref('fct_purchase_order_lines') }}
    where
        quoted_unit_cost is not null
        and unit_cost_kes is not null
        and supplier_code is not null
        and business_date >= (select last_day - 91 from closed)
    group by business_date, supplier_code
),

final as (
    select
        supplier_code,
        coalesce(due.due_line_count, 0) as due_line_count,
        coalesce(due.otif_line_count, 0) as otif_line_count,
        coalesce(due.lead_line_count, 0) as lead_line_count,
        coalesce(due.lead_days, 0) as lead_days,
        coalesce(due.lead_days_squared, 0) as lead_days_squared,
        coalesce(due.received_qty, 0) as received_qty,
        coalesce(due.rejected_qty, 0) as rejected_qty,
        cast(coalesce(ordered.above_quote_amount, 0) as decimal(18, 4)) as above_quote_amount,
        cast(coalesce(ordered.quoted_amount, 0) as decimal(18, 4)) as quoted_amount,
        business_date
    from due
    full join ordered using (business_date, supplier_code)
)

select * from final
{{ stored_by('business_date') }}
