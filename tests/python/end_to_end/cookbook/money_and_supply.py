"""Answers about payments, suppliers, forecasts and visitors, straight from statements, documents and events."""

SUSPENSE = """
    with taken as (
        select receipt_no, short_code, in_nairobi(completed_at) as day, paid_in from mpesa_statements
        where paid_in > 0 and reason_type <> 'Pay Bill Online' and account_no not in (select order_id
            from commerce_orders)
    ),
    given_back as (
        select linked_receipt_no as receipt_no, sum(withdrawn) as amount from mpesa_statements
        where reason_type = 'Reversal' and in_nairobi(completed_at) <= getvariable('closed_day') group by all
    ),
    waiting as (
        select short_code, getvariable('closed_day') - day as days, paid_in - coalesce(amount, 0) as amount
        from taken left join given_back using (receipt_no)
        where day <= getvariable('closed_day') and paid_in <> coalesce(amount, 0)
    )
    select short_code, case when days <= 1 then '1 up to a day' when days <= 7 then '2 up to a week'
        when days <= 30 then '3 up to 30 days' else '4 older' end as age,
        count(*) as payments, sum(amount) as amount, max(days) as oldest_days
    from waiting group by all
"""
FAILURES = """
    with attempts as (
        select result_code, received_at as moment from mpesa_stk_callbacks where result_code <> 0
        union all
        select 0, completed_at from mpesa_statements where reason_type = 'Pay Bill Online' and paid_in > 0
    ),
    hours as (
        select extract('hour' from moment + interval 3 hour) as hour_of_day, result_code from attempts
        where in_nairobi(moment) between getvariable('closed_day') - 27 and getvariable('closed_day')
    )
    select hour_of_day, result_code, count(*) as failed, any_value(total.attempts) as attempts,
        100.0 * count(*) / any_value(total.attempts) as pct
    from hours inner join (select hour_of_day, count(*) as attempts from hours
        group by all) as total using (hour_of_day)
    where result_code <> 0 group by hour_of_day, result_code
"""
SCORECARD = """
    with lines as (
        select po_number, line_no, canonical(l.sku) as sku, supplier_code, in_nairobi(ordered_at) as ordered,
            promised_date,
            in_nairobi(sent_at) as sent, ordered_qty - cancelled_qty as wanted, unit_cost, h.currency
        from erp_purchase_order_lines as l inner join erp_purchase_orders as h using (po_number)
    ),
    got as (
        select lines.po_number, lines.line_no, sum(received_qty) as received, sum(rejected_qty) as rejected,
            sum(accepted_qty) filter (where in_nairobi(received_at) <= promised) as in_time,
                min(in_nairobi(received_at)) as first_day
        from erp_goods_receipts as r inner join (select po_number, line_no, promised_date as promised
            from lines) as lines
            on r.po_number = lines.po_number and r.po_line_no = lines.line_no
        group by all
    ),
    due as (
        select supplier_code, count(*) as due_lines,
            100.0 * count_if(coalesce(in_time, 0) >= 0.98 * wanted) / count(*) as otif_pct,
            avg(first_day - sent) as lead_time_mean, stddev_samp(first_day - sent) as lead_time_std,
            100.0 * sum(rejected) / sum(received) as reject_pct
        from lines left join got using (po_number, line_no)
        where wanted > 0 and promised_date between getvariable('closed_day') - 89 and getvariable('closed_day')
        group by all
    ),
    quotes as (
        select split_part(quote_file, '_', 3) as supplier_code, canonical(sku) as sku, effective_date, cost, currency,
            filename
        from supplier_feed_price_quotes
    ),
    rates as (select currency, rate_date, rate from erp_fx_rates),
    quoted as (
        select any_value(lines.supplier_code) as supplier_code, any_value(wanted) as wanted,
            any_value(unit_cost * coalesce(own.rate, 1)) as paid,
            arg_max(cost, (effective_date, filename)) * coalesce(any_value(theirs.rate), 1) as asked
        from lines
        inner join quotes on lines.supplier_code = quotes.supplier_code and lines.sku = quotes.sku
            and effective_date <= ordered
        left join rates as own on lines.currency = own.currency and lines.ordered = own.rate_date
        left join rates as theirs on quotes.currency = theirs.currency and lines.ordered = theirs.rate_date
        where ordered > getvariable('closed_day') - 90
        group by po_number, line_no
    ),
    prices as (
        select supplier_code, 100 * sum((paid - asked) * wanted) / sum(asked * wanted) as price_variance_pct
            from quoted group by all
    )
    select due.*, prices.price_variance_pct from due left join prices using (supplier_code)
"""
FORECASTS = """
    with demand as (
        select canonical(sku) as sku, warehouse_code, monday(in_nairobi(placed_at)) as week,
            sum(qty - cancelled_qty) as units
        from commerce_order_lines group by all
    ),
    classes as (
        select sku, abc_class, updated_at, lag(updated_at) over (partition by sku order by updated_at) as earlier,
            lead(updated_at) over (partition by sku order by updated_at) as later
        from (select distinct on (sku, updated_at) * from erp_products__all)
    ),
    compared as (
        select abc_class, (target_week - monday(run_date)) // 7 as horizon_weeks, model, qty, coalesce(units,
            0) as units
        from forecasts_demand_forecasts as f
        left join demand on canonical(f.sku) = demand.sku and f.warehouse_code = demand.warehouse_code
            and f.target_week = demand.week
        left join classes on canonical(f.sku) = classes.sku
            and (classes.earlier is null or classes.updated_at < f.run_date + interval 21 hour)
            and (classes.later is null or classes.later >= f.run_date + interval 21 hour)
        where target_week + 6 <= getvariable('closed_day')
    )
    select abc_class, horizon_weeks, model as forecast_model, count(*) as forecasts, sum(units) as actual_qty,
        sum(qty) as forecast_qty,
        100 * sum(abs(qty - units)) / sum(units) as wape_pct, 100 * (sum(qty) - sum(units)) / sum(units) as bias_pct
    from compared group by all
"""
WANTED = """
    with sold_out as (
        select sku, day from stock_days where is_active group by all having bool_and(closing <= 0)
    ),
    seen as (
        select 'search' as kind, lower(trim(query)) as wanted, in_nairobi(ts_server) as day, session_id from web_events
        where event_type = 'search' and results = 0
        union all
        select 'view', canonical(sku), in_nairobi(ts_server), session_id from web_events where event_type = 'view_item'
            and exists (from sold_out where sold_out.sku = canonical(web_events.sku)
                and sold_out.day = in_nairobi(ts_server))
    ),
    lately as (
        select *, not exists (
            from seen as earlier
            where earlier.kind = seen.kind and earlier.wanted = seen.wanted and earlier.session_id = seen.session_id
                and earlier.day < seen.day
        ) as is_first_day
        from seen where day between getvariable('closed_day') - 27 and getvariable('closed_day')
    )
    select kind, wanted, count(*) as events, count(distinct session_id) filter (where is_first_day) as sessions
    from lately group by all
"""
