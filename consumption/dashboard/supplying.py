"""The pages on goods: inventory, suppliers, forecast."""

from pathlib import Path

import vizro.models as vm

from consumption.dashboard.bars import ranking, stacked
from consumption.dashboard.cards import Kpi
from consumption.dashboard.drawing import BAD, CAUTION
from consumption.dashboard.lines import by_series, over_time
from consumption.dashboard.parts import cards, chart, page, table


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
                Kpi("days_of_cover", "Days of cover", "days", good=0, hint="on the last closed day"),
                Kpi("stock_value", "Stock value", "kes", good=0),
                Kpi("closing_qty", "Stock", "units", good=0),
            ),
            chart(
                "inventory_cover",
                stacked(
                    "inventory_cover",
                    x="days_of_cover",
                    value="places",
                    title_x="days of cover",
                    title_y="products in warehouses",
                ),
                "How long stock lasts",
                "Assorted products on the last closed day, at the demand of 28 days with stock.",
            ),
            chart(
                "inventory_risk",
                ranking(
                    "inventory_risk",
                    label="warehouse",
                    value="products_at_risk",
                    color=CAUTION,
                    title_x="products with less than 7 days of cover",
                ),
                "Stock-out risk by warehouse",
                "Click a bar to see that warehouse alone.",
                sets="warehouse",
            ),
            chart(
                "inventory_days",
                over_time(
                    "inventory_days",
                    x="business_date",
                    lines={"stockout_rate": "stock-out rate"},
                    unit="percent",
                    title_y="share of assorted products",
                ),
                "Stock-out rate by day",
                "Days are kept for 92 days.",
            ),
            chart(
                "inventory_ageing",
                stacked(
                    "inventory_ageing",
                    x="last_sold",
                    value="stock_value",
                    unit="kes",
                    title_x="last sold in that warehouse",
                    title_y="stock value, KES",
                ),
                "Ageing of the stock",
                "Value on the last closed day by the last sale.",
            ),
            *table("inventory_rows", "Runs out within a week", "The shortest cover first; at most 1,000 rows."),
        ],
        "Stock-out rate: share of assorted product-warehouse-days without stock. Cover: stock over the mean demand of "
        "the last 28 days on which there was stock.",
    )


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
                Kpi("purchase_price_variance", "Price variance", "percent", good=-1),
            ),
            chart(
                "suppliers_ranking",
                ranking(
                    "suppliers_ranking",
                    label="supplier",
                    value="supplier_otif",
                    unit="percent",
                    key="supplier_code",
                    goal="otif_target",
                    title_x="lines on time in full",
                ),
                "Suppliers that keep the fewest promises",
                "With five lines or more. Click a bar to see that supplier alone.",
                sets="supplier",
            ),
            chart(
                "suppliers_weeks",
                over_time(
                    "suppliers_weeks",
                    x="week",
                    lines={"supplier_otif": "supplier OTIF"},
                    unit="percent",
                    title_y="lines on time in full",
                ),
                "Supplier OTIF by week of the promise",
            ),
            chart(
                "suppliers_delay",
                stacked(
                    "suppliers_delay",
                    x="days_against_promise",
                    value="order_lines",
                    title_x="days against the promise",
                    title_y="order lines",
                ),
                "When goods arrive",
                "Latest receipt against the promised day.",
            ),
            chart(
                "suppliers_rejects",
                ranking(
                    "suppliers_rejects",
                    label="category",
                    value="reject_rate",
                    unit="percent",
                    color=BAD,
                    title_x="share of received units",
                ),
                "Rejected at the gate",
                "Click a bar to see that category alone.",
                sets="category",
            ),
            *table("suppliers_rows", "Lines that were not on time in full", "The latest promise first; at most 1,000."),
        ],
        "OTIF: lines due in the period of which at least 98 % was accepted by the promised day. Lead times and rejects "
        "are by the day of the receipt; price variance: what was ordered above the quotes of the day, as a share.",
    )


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
                by_series(
                    "forecast_weeks",
                    x="target_week",
                    value="units",
                    series="series",
                    quiet="demand",
                    title_y="units a week",
                ),
                "Demand, and what was forecast a week ahead",
                "Each model beside the demand of the products that it forecasts.",
                wide=True,
            ),
            chart(
                "forecast_horizons",
                stacked(
                    "forecast_horizons",
                    x="horizon",
                    value="wape",
                    series="series",
                    unit="percent",
                    side_by_side=True,
                    title_x="forecast ahead by",
                    title_y="WAPE",
                ),
                "Error by horizon",
            ),
            chart(
                "forecast_classes",
                stacked(
                    "forecast_classes",
                    x="abc_class",
                    value="wape",
                    series="series",
                    unit="percent",
                    side_by_side=True,
                    title_x="class of product at the time",
                    title_y="WAPE",
                ),
                "Error by class of product",
            ),
            chart(
                "forecast_bias",
                by_series(
                    "forecast_bias",
                    x="target_week",
                    value="bias",
                    series="series",
                    unit="percent",
                    title_y="too little (-) or too much (+)",
                ),
                "Bias by week",
                wide=True,
            ),
            *table("forecast_rows", "The largest misses", "By units; at most 1,000 rows."),
        ],
        "Weeks that began in the period and are over. WAPE: sum of absolute errors over the sum of demand.",
    )
