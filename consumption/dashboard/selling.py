"""The pages on what was sold and how it arrived: sales, service, promotions."""

from pathlib import Path

import vizro.models as vm

from consumption.dashboard.bars import ranking, stacked, waterfall
from consumption.dashboard.cards import Kpi
from consumption.dashboard.drawing import CAUTION, MAIN, QUIET
from consumption.dashboard.lines import over_time
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
                    "sales_days",
                    x="business_date",
                    lines=day_lines,
                    unit="kes",
                    title_y="KES a day",
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
                stacked(
                    "sales_channels", x="week", value="net_sales", series="channel", unit="kes", title_y="KES a week"
                ),
                "Net sales by channel",
                "By week; the first and the last may be cut off by the period.",
            ),
            chart(
                "sales_products",
                ranking(
                    "sales_products",
                    label="product",
                    value="net_sales",
                    unit="kes",
                    title_x="net sales, KES",
                    key="sku",
                ),
                "Best sellers",
            ),
            *table("sales_rows", "Order lines", "The newest 1,000 of the choice above."),
        ],
        "Net sales are without VAT and without cancelled units, by the day of the order. Margin is at standard cost.",
    )


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
                Kpi("order_cycle_time_p50", "Order cycle, median", "hours", good=-1),
                Kpi("order_cycle_time_p90", "Order cycle, p90", "hours", good=-1),
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
                ranking(
                    "service_warehouses", label="warehouse", value="otif", unit="percent", title_x="on time in full"
                ),
                "On time in full by warehouse",
                "The worst first. Click a bar to see that warehouse alone.",
                sets="warehouse",
            ),
            chart(
                "service_hours",
                over_time(
                    "service_hours",
                    x="delivered_on",
                    lines={"order_cycle_time_p50": "median", "order_cycle_time_p90": "nine of ten arrive within"},
                    unit="hours",
                    title_y="hours from order to delivery",
                ),
                "Order cycle time",
            ),
            *table("service_rows", "Orders that were not perfect", "The newest 1,000 of the choice above."),
        ],
        "Orders by the day of delivery. Cancelled units count as missing: an order that was cut is not in full.",
    )


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
                stacked(
                    "promotions_days",
                    x="business_date",
                    value="net_sales",
                    series="series",
                    unit="kes",
                    title_y="KES a day",
                    palette=PROMOTED,
                ),
                "Net sales on promotion and without",
                wide=True,
            ),
            chart(
                "promotions_uplift",
                ranking(
                    "promotions_uplift",
                    label="promotion",
                    value="uplift",
                    unit="percent",
                    title_x="units a day, against before",
                ),
                "Uplift",
                "Against the 28 days before the first day. Not a proof: season and stock act too.",
            ),
            chart(
                "promotions_unsold",
                ranking(
                    "promotions_unsold", label="promotion", value="unsold_products", color=CAUTION, title_x="products"
                ),
                "Promoted and not sold",
                "Products that sold nowhere in the scope of their promotion.",
            ),
            *table(
                "promotions_rows",
                "Promotions that ran in the period",
                "The newest first, each from its first day to its last or the last closed one.",
            ),
        ],
        "A line is on promotion when it carries a promotion code. Uplift, unsold products and the table: promotions"
        " that ran within the last 180 days, whole and in their scope, by the category of today.",
    )
