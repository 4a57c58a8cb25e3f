"""The pages that say how far the data can be trusted: what Ghala recorded of its own runs."""

from pathlib import Path

import vizro.models as vm

from consumption.dashboard.cards import Kpi
from consumption.dashboard.charts import BAD, CAUTION, GOOD, QUIET, band, over_time, ranking, stacked
from consumption.dashboard.parts import cards, chart, page, table

ON_TIME = 0.95  # the goal of docs/operations.md: of the last 30 runs
TIERS = {"tier 1": BAD, "tier 2": CAUTION, "tier 3": QUIET}
STATES = {"pass": GOOD, "warn": CAUTION, "fail": BAD, "error": BAD}


def freshness(serving: Path) -> vm.Page:
    """Whether the sources delivered when they had promised to."""
    return page(
        serving,
        "freshness",
        "Freshness",
        [
            cards(
                "freshness_kpis",
                Kpi("fresh_share", "Tables as fresh as promised", "percent"),
                Kpi("late_tables", "Late tables", good=-1),
                Kpi("oldest_hours", "Oldest table", "hours", good=-1),
                Kpi("source_tables", "Source tables", good=0),
                Kpi("stale_marts", "Stale marts", good=-1, hint="in this version"),
            ),
            chart(
                "freshness_tables",
                ranking(
                    "freshness_tables", label="source_table", value="age_hours", unit="hours", goal="promised_hours",
                    key="source_name", title_x="hours since the newest data",
                ),
                "Age against the promise",
                "The closest to its limit first. Click a bar to see that source alone.",
                sets="source",
            ),
            chart(
                "freshness_runs",
                over_time("freshness_runs", x="started_at", lines={"fresh_share": "fresh"}, unit="percent", title_y="share of tables"),
                "Tables as fresh as promised, by run",
            ),
            chart(
                "freshness_days",
                stacked("freshness_days", x="logical_date", value="landed_rows", series="source_name", title_y="rows"),
                "Rows that landed, by day of the data",
                wide=True,
            ),
            *table("freshness_rows", "Source tables", "At the last run."),
            *table("freshness_marts", "Published tables", "Up to which day each is filled, and what it waits for."),
        ],
        "Age is that of the newest data at the time of the run; the promise is the latency of the contract.",
    )  # fmt: skip


def gates(serving: Path) -> vm.Page:
    """What was tested, and what did not pass."""
    return page(
        serving,
        "gates",
        "Gates",
        [
            cards(
                "gates_kpis",
                Kpi("passed_share", "Tests passed", "percent"),
                Kpi("tests", "Tests", good=0),
                Kpi("tier_1", "Tier 1: blocks", good=-1),
                Kpi("tier_2", "Tier 2: warns", good=-1),
                Kpi("tier_3", "Tier 3: unusual", good=-1),
                Kpi("failing_rows", "Failing rows", good=-1),
            ),
            chart(
                "gates_tiers",
                stacked(
                    "gates_tiers", x="started_at", value="not_passed", series="tier", palette=TIERS,
                    title_y="tests that did not pass",
                ),
                "Not passed, by tier and run",
                "Tier 1 (schema and keys) blocks a publication, tier 2 (business rules) and tier 3 (statistics) warn.",
                wide=True,
            ),
            chart(
                "gates_domains",
                stacked(
                    "gates_domains", x="domain", value="tests", series="status", palette=STATES, title_y="tests",
                ),
                "Tests of the last run by domain",
            ),
            chart(
                "gates_tests",
                ranking("gates_tests", label="test", value="runs_not_passed", color=CAUTION, title_x="runs"),
                "What most often does not pass",
            ),
            *table("gates_rows", "Results that did not pass", "The newest first; at most 1,000."),
        ],
        "The figures above are those of the last run, against the run before. The rest is by the day on which Ghala ran.",
    )  # fmt: skip


def quarantine(serving: Path) -> vm.Page:
    """Which rows broke a rule, and for how long they have waited."""
    return page(
        serving,
        "quarantine",
        "Quarantine",
        [
            cards(
                "quarantine_kpis",
                Kpi("open_rows", "Rows that wait", good=-1, hint="now"),
                Kpi("open_tables", "Tables", good=-1, hint="now"),
                Kpi("oldest_days", "Oldest", "days", good=-1, hint="now"),
                Kpi("rejected_deliveries", "Deliveries stopped", good=-1, hint="now"),
                Kpi("put_aside", "Put aside in the period", good=-1),
                Kpi("quarantined_share", "Share of rows read", "percent", good=-1),
            ),
            chart(
                "quarantine_reasons",
                ranking("quarantine_reasons", label="reason", value="open_rows", color=CAUTION, title_x="rows that wait"),
                "Why rows wait",
            ),
            chart(
                "quarantine_ages",
                stacked(
                    "quarantine_ages", x="waited", value="open_rows", title_x="waited",
                    title_y="rows that wait",
                ),
                "How long they have waited",
            ),
            chart(
                "quarantine_days",
                stacked("quarantine_days", x="logical_date", value="put_aside", series="source_name", title_y="rows"),
                "Rows put aside, by day of the data",
                wide=True,
            ),
            *table("quarantine_rows", "What is in quarantine", "The oldest first; at most 1,000."),
        ],
        "Rows that broke a rule of their contract are kept with the reason, and nothing is lost: ghala quarantine shows them.",
    )  # fmt: skip


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
                stacked("runs_durations", x="started_at", value="seconds", series="step", unit="seconds", title_y="seconds"),
                "Duration of each run",
            ),
            chart(
                "runs_sla",
                over_time(
                    "runs_sla", x="started_at", lines={"on_time_share": "in time"}, unit="percent", goal=ON_TIME,
                    title_y="share of the last 30 runs",
                ),
                "Runs that end in time",
                "The dashed line is the goal: 95 % within two hours.",
            ),
            chart(
                "runs_cost",
                stacked("runs_cost", x="started_at", value="seconds", series="domain", unit="seconds", title_y="compute seconds"),
                "Cost of each run by domain",
                "Time of all nodes; they run side by side, so it is more than the duration.",
            ),
            chart(
                "runs_nodes",
                ranking("runs_nodes", label="node", value="seconds", unit="seconds", title_x="seconds"),
                "Where the last run spent its time",
            ),
            *table("runs_rows", "Runs", "The newest first."),
        ],
        "Cost is what this machine spends: the compute time of all nodes, and the bytes that landed.",
    )


PAGES = (freshness, gates, quarantine, series, runs)
