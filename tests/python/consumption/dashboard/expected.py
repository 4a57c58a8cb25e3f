"""A key figure of each page in SQL that shares nothing with the SQL of the page."""

LAST = "(select max(business_date) from marts.fct_inventory_daily)"
PERIOD = f"between {LAST} - 27 and {LAST}"
DELIVERED = f"is_delivered = 1 and strptime(delivered_date_key::varchar, '%Y%m%d')::date {PERIOD}"

SALES = f"""
    select sum(gross_amount - discount_amount - vat_amount) from marts.fct_order_lines where business_date {PERIOD}"""
OTIF = f"""
    select avg((in_full = 1 and on_time = 1)::int) from marts.fct_order_fulfilment where {DELIVERED}"""
WORST = f"""
    select warehouse_code from marts.fct_order_fulfilment where {DELIVERED}
    group by all order by avg(in_full * on_time), warehouse_code limit 1"""

# page: path, key figure, SQL
FIGURES = {
    "sales": ("/", "net_sales", SALES),
    "service": ("/service", "otif", OTIF),
    "inventory": (
        "/inventory",
        "stockout_rate",
        f"select avg(is_stockout::int) from marts.fct_inventory_daily where is_assorted and business_date {PERIOD}",
    ),
    "suppliers": (
        "/suppliers",
        "supplier_otif",
        f"select avg(is_otif) from marts.fct_procurement_pipeline where is_due = 1 and promised_date {PERIOD}",
    ),
    "payments": (
        "/payments",
        "mpesa_success_rate",
        f"""select avg((result_code = 0)::int) from marts.fct_payments
        where payment_path = 'stk' and result_code is not null and business_date {PERIOD}""",
    ),
    "forecast": (
        "/forecast",
        "wape",
        f"""select sum(abs(forecast_qty - actual_qty)) / sum(actual_qty) from marts.fct_demand_forecasts
        where actual_qty is not null and target_week {PERIOD}""",
    ),
    "promotions": (
        "/promotions",
        "promotion_discount",
        f"""select sum(sold.discount_amount) from marts.fct_order_lines as sold
        inner join marts.dim_promotion as promotions using (promotion_key)
        where promotions.mechanic is not null and sold.promotion_key > 0 and sold.business_date {PERIOD}""",
    ),
    "freshness": ("/freshness", "source_tables", "select count(distinct source_name || table_name) from ops.freshness"),
    "gates": (
        "/gates",
        "tests",
        "select count(*) from ops.dq_result where run_id in (select max(run_id) from ops.dq_result)",
    ),
    "quarantine": ("/quarantine", "open_rows", "select coalesce(sum(row_count), 0) from ops.quarantine where is_open"),
    "series": (
        "/series",
        "watched_series",
        f"select count(distinct (table_name, series, metric)) from ops.dq_metric where bucket_date {PERIOD}",
    ),
    "runs": ("/runs", "runs", "select count(*) from ops.run"),
}
