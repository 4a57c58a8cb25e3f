"""The pages for those who run the business."""

from pathlib import Path

import vizro.models as vm

from consumption.dashboard.cards import Kpi
from consumption.dashboard.charts import over_time
from consumption.dashboard.parts import cards, chart, page


def sales(serving: Path) -> vm.Page:
    """What was sold, where, and what was left of it."""
    return page(
        serving,
        "sales",
        "Sales",
        [
            cards("sales_kpis", Kpi("net_sales", "Net sales", "kes"), Kpi("orders", "Orders")),
            chart("sales_days", over_time("sales_days", x="business_date", lines={"net_sales": "Net sales"}, unit="kes", title_y="KES a day"), "Net sales by day", wide=True),
        ],
        "Net sales without VAT, cancelled lines left out.",
    )


PAGES = (sales,)
