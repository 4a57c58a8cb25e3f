"""The page on money: payments."""

from pathlib import Path

import vizro.models as vm

from consumption.dashboard.bars import ranking, stacked
from consumption.dashboard.cards import Kpi
from consumption.dashboard.drawing import BAD
from consumption.dashboard.lines import over_time
from consumption.dashboard.parts import cards, chart, page, table


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
                stacked(
                    "payments_days",
                    x="business_date",
                    value="amount",
                    series="provider",
                    unit="kes",
                    title_y="KES a day",
                ),
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
                    "payments_hours",
                    x="hour_of_day",
                    lines={"mpesa_success_rate": "success"},
                    unit="percent",
                    title_y="share of attempts",
                    title_x="hour in Nairobi",
                    from_zero=False,
                ),
                "M-PESA success by hour",
            ),
            chart(
                "payments_suspense",
                stacked(
                    "payments_suspense",
                    x="waited",
                    value="amount",
                    unit="kes",
                    title_x="waited",
                    title_y="KES",
                ),
                "Money without an order",
                "Of what had come in by the end of the period: what still waits, by how long it had waited then.",
                wide=True,
            ),
            *table(
                "payments_rows", "Payments that need a look", "In suspense, failed or of another amount; at most 1,000."
            ),
        ],
        "All providers by the day in Nairobi. Success: STK attempts that ended with code 0.",
    )
