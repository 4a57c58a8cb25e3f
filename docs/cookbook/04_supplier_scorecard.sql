-- question: Which suppliers keep what they promise, in time, in full, in quality and in price?
-- decision: what to talk about in the next negotiation, and where to look for a second supplier.
-- how to read: order lines that were due in the last 90 days. otif_pct: at least 98 % accepted by the promised date,
--   against otif_target_pct. price_variance_pct: what was ordered against the quotes valid that day, > 0 is dearer than
--   quoted.
with

last_day as (
    select max(business_date) as closed_day from agg_stock_position
),

due as (
    select
        supplier_code,
        sum(is_due) as due_lines,
        sum(is_otif) filter (where is_due = 1) as otif_lines,
        avg(days_sent_to_first_receipt) as lead_time_mean,
        stddev_samp(days_sent_to_first_receipt) as lead_time_std,
        sum(received_qty_to_date) as received_qty,
        sum(rejected_qty_to_date) as rejected_qty
    from fct_procurement_pipeline
    where is_due = 1 and promised_date > (select closed_day - 90 from last_day)
    group by supplier_code
),

ordered as (
    select
        supplier_code,
        -- doubles: with exact products of decimals the question takes almost three times as long, and the share has one digit
        sum((unit_cost_kes - quoted_unit_cost)::double * (ordered_qty - cancelled_qty)) as above_quote,
        sum(quoted_unit_cost::double * (ordered_qty - cancelled_qty)) as at_quote
    from fct_purchase_order_lines
    where business_date > (select closed_day - 90 from last_day) and quoted_unit_cost is not null
    group by supplier_code
)

select
    due.supplier_code,
    suppliers.legal_name,
    due.due_lines,
    round(100.0 * due.otif_lines / due.due_lines, 1) as otif_pct,
    round(100.0 * suppliers.otif_target, 1) as otif_target_pct,
    round(due.lead_time_mean, 1) as lead_time_mean,
    round(due.lead_time_std, 1) as lead_time_std,
    suppliers.contract_lead_time_days,
    round(100.0 * due.rejected_qty / nullif(due.received_qty, 0), 1) as reject_pct,
    round(100.0 * ordered.above_quote / nullif(ordered.at_quote, 0), 1) as price_variance_pct
from due
inner join dim_supplier as suppliers on due.supplier_code = suppliers.supplier_code and suppliers.is_current
left join ordered on due.supplier_code = ordered.supplier_code
order by otif_pct asc, due_lines desc, supplier_code asc
limit 50;
