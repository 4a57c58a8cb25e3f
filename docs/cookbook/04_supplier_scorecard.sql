-- question: Which suppliers keep what they promise, in time, in full, in quality and in price?
-- decision: what to talk about in the next negotiation, and where to look for a second supplier.
-- how to read: order lines that were due in the last 90 days. otif_pct: at least 98 % accepted by the promised date,
--   against otif_target_pct. price_variance_pct: what was ordered against the quotes valid that day, > 0 is dearer than
--   quoted.
with

last_day as (
    select max(business_date) as closed_day from agg_stock_position
),

scored as (
    select
        supplier_code,
        sum(due_line_count) as due_lines,
        sum(otif_line_count) as otif_lines,
        -- doubles: PostgreSQL divides whole numbers to whole numbers
        sum(lead_line_count)::double as lead_lines,
        sum(lead_days)::double as lead_days,
        sum(lead_days_squared)::double as lead_days_squared,
        sum(received_qty) as received_qty,
        sum(rejected_qty) as rejected_qty,
        sum(above_quote_amount) as above_quote,
        sum(quoted_amount) as at_quote
    from agg_supplier_daily
    where business_date > (select closed_day - 90 from last_day)
    group by supplier_code
    having sum(due_line_count) > 0
)

select
    scored.supplier_code,
    suppliers.legal_name,
    scored.due_lines,
    round(100.0 * scored.otif_lines / scored.due_lines, 1) as otif_pct,
    round(100.0 * suppliers.otif_target, 1) as otif_target_pct,
    round(scored.lead_days / nullif(scored.lead_lines, 0), 1) as lead_time_mean,
    round(
        sqrt(
            (scored.lead_days_squared - scored.lead_days * scored.lead_days / nullif(scored.lead_lines, 0))
            / nullif(scored.lead_lines - 1, 0)
        ), 1
    ) as lead_time_std,
    suppliers.contract_lead_time_days,
    round(100.0 * scored.rejected_qty / nullif(scored.received_qty, 0), 1) as reject_pct,
    round(100.0 * scored.above_quote / nullif(scored.at_quote, 0), 1) as price_variance_pct
from scored
inner join dim_supplier as suppliers on scored.supplier_code = suppliers.supplier_code and suppliers.is_current
order by otif_pct asc, due_lines desc, supplier_code asc
limit 50;
