"""The pages on Ghala's own work: watched series and incidents, runs and what they cost."""

from pathlib import Path

import vizro.models as vm

from consumption.dashboard.bars import ranking, stacked
from consumption.dashboard.cards import Kpi
from consumption.dashboard.drawing import CAUTION
from consumption.dashboard.lines import band, over_time
from consumption.dashboard.parts import cards, chart, page, table

ON_TIME = 0.95  # the goal of docs/operations.md: of the last 30 runs


def series(serving: Path) -> vm.Page:
    """Whether the numbers look as they should, and what was reported."""
    return page(
        serving,
        "series",
        "Watched series",
        [
            cards(
                "series_kpis",
                Kpi("watched_series", "Watched series", good=0),
                Kpi("values_outside", "Values outside", good=-1),
                Kpi("open_incidents", "Open incidents", good=-1, hint="now"),
                Kpi("new_incidents", "New in the period", good=-1, hint="by first sight"),
                Kpi("median_open_hours", "Open for, median", "hours", good=-1, hint="of those that are over"),
            ),
            chart(
                "series_band",
                band("series_band", x="bucket_date", named="watched"),
                "What was seen, and what was expected",
                "The series that is furthest off, or the one chosen on the left.",
                wide=True,
            ),
            chart(
                "series_outside",
                ranking("series_outside", label="watched", value="days_outside", color=CAUTION, title_x="days outside"),
                "Series that are most often outside",
                "Click a bar to see that series.",
                sets="series",
            ),
            chart(
                "series_incidents",
                stacked("series_incidents", x="seen_on", value="incidents", series="kind", title_y="new incidents"),
                "Incidents by the day of first sight",
            ),
            *table("series_rows", "Incidents", "The open ones first."),
        ],
        "Each day of a series is compared with what its own past and its weekday make one expect.",
    )


def runs(serving: Path) -> vm.Page:
    """How long runs take, whether they end in time, and what they cost."""
    return page(
        serving,
        "runs",
        "Runs and cost",
        [
            cards(
                "runs_kpis",
                Kpi("runs", "Runs", good=0),
                Kpi("on_time_share", "In time", "percent"),
                Kpi("passed_share", "Passed", "percent"),
                Kpi("median_seconds", "Duration, median", "seconds", good=-1),
                Kpi("compute_seconds", "Compute", "seconds", good=-1),
                Kpi("landed_bytes", "Landed", "bytes", good=0),
            ),
            chart(
                "runs_durations",
                stacked(
                    "runs_durations", x="started_at", value="seconds", series="step", unit="seconds", title_y="seconds"
                ),
                "Duration of each run",
            ),
            chart(
                "runs_sla",
                over_time(
                    "runs_sla",
                    x="started_at",
                    lines={"on_time_share": "in time"},
                    unit="percent",
                    goal=ON_TIME,
                    title_y="share of the last 30 runs",
                ),
                "Runs that end in time",
                "The dashed line is the goal: 95 % within two hours.",
            ),
            chart(
                "runs_cost",
                stacked(
                    "runs_cost",
                    x="started_at",
                    value="seconds",
                    series="domain",
                    unit="seconds",
                    title_y="compute seconds",
                ),
                "Cost of each run by domain",
                "Time of all nodes; they run side by side, so it is more than the duration.",
            ),
            chart(
                "runs_nodes",
                ranking("runs_nodes", label="node", value="seconds", unit="seconds", title_x="seconds"),
                "Where the last run spent its time",
            ),
            *table("runs_rows", "Runs", "The newest first. Times are UTC."),
        ],
        "Cost is what this machine spends: the compute time of all nodes, and the bytes that landed.",
    )
