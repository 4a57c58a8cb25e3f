"""The pages for those who run the business: what each shows, in the order of reading."""

from pathlib import Path

import vizro.models as vm

from consumption.dashboard.cards import Kpi
from consumption.dashboard.charts import BAD, CAUTION, MAIN, QUIET, by_series, over_time, ranking, stacked, waterfall
from consumption.dashboard.parts import cards, chart, page, table

PROMOTED = {"on promotion": MAIN, "without": QUIET}
SHARE = "share of delivered orders"


def sales(serving: Path) -> vm.Page:
    """What was sold, where, and what was left of it."""
    day_lines = {"net_sales": "net sales", "net_sales_before": "period before"}
    return page(
        serving,
        "sales",
        "Sales",
        [
            cards(
                "sales_kpis",
                Kpi("net_sales", "Net sales", "kes"),
                Kpi("gross_margin_pct", "Gross margin", "percent"),
                Kpi("selling_orders", "Orders"),
                Kpi("average_order_value", "Average order", "kes"),
                Kpi("units_per_order", "Units per order", "ratio"),
                Kpi("discount_rate", "Discount rate", "percent", good=-1),
            ),
            chart(
                "sales_days",
                over_time(
                    "sales_days", x="business_date", lines=day_lines, unit="kes", title_y="KES a day",
                    quiet=["net_sales_before"],
                ),
                "Net sales by day",
                wide=True,
            ),
            chart(
                "sales_categories",
                ranking("sales_categories", label="category", value="net_sales", unit="kes", title_x="net sales, KES"),
                "Net sales by category",
                "Click a bar to see that category alone.",
                sets="category",
            ),
            chart(
                "sales_warehouses",
                ranking("sales_warehouses", label="warehouse", value="net_sales", unit="kes", title_x="net sales, KES"),
                "Net sales by warehouse",
                "Click a bar to see that warehouse alone.",
                sets="warehouse",
            ),
            chart(
                "sales_channels",
                stacked("sales_channels", x="week", value="net_sales", series="channel", unit="kes", title_y="KES a week"),
                "Net sales by channel",
                "By week; the first and the last may be cut off by the period.",
            ),
            chart(
                "sales_products",
                ranking("sales_products", label="product", value="net_sales", unit="kes", title_x="net sales, KES", key="sku"),
                "Best sellers",
            ),
            *table("sales_rows", "Order lines", "The newest 1,000 of the choice above."),
        ],
        "Net sales are without VAT and without cancelled units, by the day of the order. Margin is at standard cost.",
    )  # fmt: skip


def service(serving: Path) -> vm.Page:
    """Whether orders arrive as promised, and what goes wrong."""
    return page(
        serving,
        "service",
        "Service",
        [
            cards(
                "service_kpis",
                Kpi("otif", "On time in full", "percent"),
                Kpi("perfect_order", "Perfect orders", "percent"),
                Kpi("order_fill_rate", "Order fill rate", "percent"),
                Kpi("on_time_share", "On time", "percent"),
                Kpi("cycle_hours_p50", "Order cycle, median", "hours", good=-1),
                Kpi("cycle_hours_p90", "Order cycle, p90", "hours", good=-1),
            ),
            chart(
                "service_waterfall",
                waterfall("service_waterfall", label="outcome", value="orders", total="is_total"),
                "From delivered to perfect orders",
                "Each order falls at its first fault: quantity, then time, damage, papers.",
            ),
            chart(
                "service_days",
                over_time(
                    "service_days",
                    x="delivered_on",
                    lines={"otif": "on time in full", "perfect_order": "perfect"},
                    unit="percent",
                    title_y=SHARE,
                    from_zero=False,
                ),
                "Service by day of delivery",
                "An order of the last days is perfect once its papers are booked.",
            ),
            chart(
                "service_warehouses",
                ranking("service_warehouses", label="warehouse", value="otif", unit="percent", title_x="on time in full"),
                "On time in full by warehouse",
                "The worst first. Click a bar to see that warehouse alone.",
                sets="warehouse",
            ),
            chart(
                "service_hours",
                over_time(
                    "service_hours",
                    x="delivered_on",
                    lines={"cycle_hours_p50": "median", "cycle_hours_p90": "nine of ten arrive within"},
                    unit="hours",
                    title_y="hours from order to delivery",
                ),
                "Order cycle time",
            ),
            *table("service_rows", "Orders that were not perfect", "The newest 1,000 of the choice above."),
        ],
        "Orders by the day of delivery. Cancelled units count as missing: an order that was cut is not in full.",
    )


def inventory(serving: Path) -> vm.Page:
    """What is there, what runs out, and what lies."""
    return page(
        serving,
        "inventory",
        "Inventory",
        [
            cards(
                "inventory_kpis",
                Kpi("stockout_rate", "Stock-out rate", "percent", good=-1),
                Kpi("stockouts", "Out of stock at the end", good=-1),
                Kpi("days_of_cover", "Days of cover", "days", good=0),
                Kpi("stock_value", "Stock value", "kes", good=0),
                Kpi("closing_qty", "Stock", "units", good=0),
            ),
            chart(
                "inventory_cover",
                stacked(
                    "inventory_cover", x="days_of_cover", value="places", title_x="days of cover",
                    title_y="products × warehouses",
                ),
                "How long stock lasts",
                "Assorted products at the end of the period, at the demand of 28 days with stock.",
            ),
            chart(
                "inventory_risk",
                ranking(
                    "inventory_risk", label="warehouse", value="products_at_risk", color=CAUTION,
                    title_x="products with less than 7 days of cover",
                ),
                "Stock-out risk by warehouse",
                "Click a bar to see that warehouse alone.",
                sets="warehouse",
            ),
            chart(
                "inventory_days",
                over_time(
                    "inventory_days", x="business_date", lines={"stockout_rate": "stock-out rate"}, unit="percent",
                    title_y="share of assorted products",
                ),
                "Stock-out rate by day",
                "Days are kept for 92 days.",
            ),
            chart(
                "inventory_ageing",
                stacked(
                    "inventory_ageing", x="last_sold", value="stock_value", unit="kes",
                    title_x="last sold in that warehouse", title_y="stock value, KES",
                ),
                "Ageing of the stock",
                "Value at the end of the period by the last sale.",
            ),
            *table("inventory_rows", "Runs out within a week", "The shortest cover first; at most 1,000 rows."),
        ],
        "Stock-out rate: share of assorted product-warehouse-days without stock. Cover: stock over the mean demand of "
        "the last 28 days on which there was stock.",
    )  # fmt: skip


def suppliers(serving: Path) -> vm.Page:
    """Who keeps what was promised."""
    return page(
        serving,
        "suppliers",
        "Suppliers",
        [
            cards(
                "suppliers_kpis",
                Kpi("supplier_otif", "Supplier OTIF", "percent"),
                Kpi("due_lines", "Lines due", good=0),
                Kpi("lead_time_mean", "Lead time, mean", "days", good=-1),
                Kpi("lead_time_std", "Lead time, spread", "days", good=-1),
                Kpi("reject_rate", "Reject rate", "percent", good=-1),
                Kpi("purchase_price_variance", "Price variance", "kes", good=-1),
            ),
            chart(
                "suppliers_ranking",
                ranking(
                    "suppliers_ranking", label="supplier", value="supplier_otif", unit="percent", key="supplier_code",
                    goal="otif_target", title_x="lines on time in full",
                ),
                "Suppliers that keep the fewest promises",
                "With five lines or more. Click a bar to see that supplier alone.",
                sets="supplier",
            ),
            chart(
                "suppliers_weeks",
                over_time(
                    "suppliers_weeks", x="week", lines={"supplier_otif": "supplier OTIF"}, unit="percent",
                    title_y="lines on time in full",
                ),
                "Supplier OTIF by week of the promise",
            ),
            chart(
                "suppliers_delay",
                stacked(
                    "suppliers_delay", x="days_against_promise", value="order_lines",
                    title_x="days against the promise", title_y="order lines",
                ),
                "When goods arrive",
                "First receipt against the promised day.",
            ),
            chart(
                "suppliers_rejects",
                ranking(
                    "suppliers_rejects", label="category", value="reject_rate", unit="percent", color=BAD,
                    title_x="share of received units",
                ),
                "Rejected at the gate",
                "Click a bar to see that category alone.",
                sets="category",
            ),
            *table("suppliers_rows", "Lines that were not on time in full", "The latest promise first; at most 1,000."),
        ],
        "Order lines whose promised day lies in the period. On time in full: at least 98 % accepted by that day. "
        "Price variance: what was ordered in the period against the quotes of that day.",
    )  # fmt: skip


def payments(serving: Path) -> vm.Page:
    """What came in, what failed, and what nobody knows whose it is."""
    return page(
        serving,
        "payments",
        "Payments",
        [
            cards(
                "payments_kpis",
                Kpi("net_received", "Received", "kes"),
                Kpi("mpesa_success_rate", "M-PESA success", "percent"),
                Kpi("payment_match_rate", "Matched to orders", "percent"),
                Kpi("suspense_balance", "Suspense balance", "kes", good=-1),
                Kpi("fees", "Fees", "kes", good=-1),
            ),
            chart(
                "payments_days",
                stacked("payments_days", x="business_date", value="amount", series="provider", unit="kes", title_y="KES a day"),
                "Received by day",
                "Reversals are taken off.",
                wide=True,
            ),
            chart(
                "payments_failures",
                ranking("payments_failures", label="reason", value="attempts", color=BAD, title_x="failed attempts"),
                "Why M-PESA payments fail",
            ),
            chart(
                "payments_hours",
                over_time(
                    "payments_hours", x="hour_of_day", lines={"mpesa_success_rate": "success"}, unit="percent",
                    title_y="share of attempts", title_x="hour in Nairobi", from_zero=False,
                ),
                "M-PESA success by hour",
            ),
            chart(
                "payments_suspense",
                stacked(
                    "payments_suspense", x="waited", value="amount", unit="kes", title_x="waited",
                    title_y="KES",
                ),
                "Money without an order",
                "Open at the end of the period, by how long it has waited.",
                wide=True,
            ),
            *table("payments_rows", "Payments that need a look", "In suspense, failed or of another amount; at most 1,000."),
        ],
        "All providers by the day in Nairobi. Success: STK attempts that ended with code 0.",
    )  # fmt: skip


def forecast(serving: Path) -> vm.Page:
    """How wrong the forecasts are, and in which direction."""
    return page(
        serving,
        "forecast",
        "Forecast",
        [
            cards(
                "forecast_kpis",
                Kpi("wape", "WAPE", "percent", good=-1),
                Kpi("bias", "Bias", "percent", good=0),
                Kpi("mape", "MAPE", "percent", good=-1),
                Kpi("forecasts", "Forecasts", good=0),
                Kpi("weeks", "Weeks that are over", good=0),
            ),
            chart(
                "forecast_weeks",
                by_series("forecast_weeks", x="target_week", value="units", series="series", quiet="demand", title_y="units a week"),
                "Demand, and what was forecast a week ahead",
                "Each model beside the demand of the products that it forecasts.",
                wide=True,
            ),
            chart(
                "forecast_horizons",
                stacked(
                    "forecast_horizons", x="horizon", value="wape", series="series", unit="percent", side_by_side=True,
                    title_x="forecast ahead by", title_y="WAPE",
                ),
                "Error by horizon",
            ),
            chart(
                "forecast_classes",
                stacked(
                    "forecast_classes", x="abc_class", value="wape", series="series", unit="percent", side_by_side=True,
                    title_x="class of product at the time", title_y="WAPE",
                ),
                "Error by class of product",
            ),
            chart(
                "forecast_bias",
                by_series(
                    "forecast_bias", x="target_week", value="bias", series="series", unit="percent",
                    title_y="too little (−) or too much (+)",
                ),
                "Bias by week",
                wide=True,
            ),
            *table("forecast_rows", "The largest misses", "By units; at most 1,000 rows."),
        ],
        "Weeks that began in the period and are over. WAPE: sum of absolute errors over the sum of demand.",
    )  # fmt: skip


def promotions(serving: Path) -> vm.Page:
    """What promotions bring, and what was promoted in vain."""
    return page(
        serving,
        "promotions",
        "Promotions",
        [
            cards(
                "promotions_kpis",
                Kpi("promoted_net_sales", "Promoted sales", "kes"),
                Kpi("promoted_share", "Share of sales", "percent", good=0),
                Kpi("promotion_discount", "Discount given", "kes", good=-1),
                Kpi("promotion_discount_rate", "Discount rate", "percent", good=-1),
                Kpi("promotion_margin_pct", "Margin on promotion", "percent"),
                Kpi("promotions", "Promotions that sold", good=0),
            ),
            chart(
                "promotions_days",
                stacked("promotions_days", x="business_date", value="net_sales", series="series", unit="kes", title_y="KES a day", palette=PROMOTED),
                "Net sales on promotion and without",
                wide=True,
            ),
            chart(
                "promotions_uplift",
                ranking("promotions_uplift", label="promotion", value="uplift", unit="percent", title_x="units a day, against before"),
                "Uplift",
                "Against the 28 days before the first day. Not a proof: season and stock act too.",
            ),
            chart(
                "promotions_unsold",
                ranking("promotions_unsold", label="promotion", value="unsold_products", color=CAUTION, title_x="products"),
                "Promoted and not sold",
                "Products that sold nowhere in the scope of their promotion.",
            ),
            *table("promotions_rows", "Promotions of the period", "The newest first."),
        ],
        "A line is on promotion when it carries a promotion code. Uplift and unsold products cover each promotion's own scope.",
    )  # fmt: skip


PAGES = (sales, service, inventory, suppliers, payments, forecast, promotions)
