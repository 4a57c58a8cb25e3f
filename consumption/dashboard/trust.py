"""The pages that say how far the data can be trusted: freshness, gates, quarantine."""

from pathlib import Path

import vizro.models as vm

from consumption.dashboard.bars import ranking, stacked
from consumption.dashboard.cards import Kpi
from consumption.dashboard.drawing import BAD, CAUTION, GOOD, QUIET
from consumption.dashboard.lines import over_time
from consumption.dashboard.parts import cards, chart, page, table

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
                    "freshness_tables",
                    label="source_table",
                    value="age_hours",
                    unit="hours",
                    goal="promised_hours",
                    key="source_name",
                    title_x="hours since the newest data",
                ),
                "Age against the promise",
                "The closest to its limit first. Click a bar to see that source alone.",
                sets="source",
            ),
            chart(
                "freshness_runs",
                over_time(
                    "freshness_runs",
                    x="started_at",
                    lines={"fresh_share": "fresh"},
                    unit="percent",
                    title_y="share of tables",
                ),
                "Tables as fresh as promised, by run",
            ),
            chart(
                "freshness_days",
                stacked("freshness_days", x="logical_date", value="landed_rows", series="source_name", title_y="rows"),
                "Rows that landed, by day of the data",
                wide=True,
            ),
            *table("freshness_rows", "Source tables", "At the last run. Times are UTC."),
            *table("freshness_marts", "Published tables", "Up to which day each is filled, and what it waits for."),
        ],
        "Age is that of the newest data at the time of the run; the promise is the latency of the contract.",
    )


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
                    "gates_tiers",
                    x="started_at",
                    value="not_passed",
                    series="tier",
                    palette=TIERS,
                    title_y="tests that did not pass",
                ),
                "Not passed, by tier and run",
                "Tier 1 (schema and keys) blocks a publication, tier 2 (business rules) and tier 3 (statistics) warn.",
                wide=True,
            ),
            chart(
                "gates_domains",
                stacked(
                    "gates_domains",
                    x="domain",
                    value="tests",
                    series="status",
                    palette=STATES,
                    title_y="tests",
                ),
                "Tests of the last run by domain",
            ),
            chart(
                "gates_tests",
                ranking("gates_tests", label="test", value="runs_not_passed", color=CAUTION, title_x="runs"),
                "What most often does not pass",
            ),
            *table("gates_rows", "Results that did not pass", "The newest first; at most 1,000. Times are UTC."),
        ],
        "The key figures are those of the last run, against the run before; the rest is by the day on which Ghala ran.",
    )


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
                ranking(
                    "quarantine_reasons", label="reason", value="open_rows", color=CAUTION, title_x="rows that wait"
                ),
                "Why rows wait",
            ),
            chart(
                "quarantine_ages",
                stacked(
                    "quarantine_ages",
                    x="waited",
                    value="open_rows",
                    title_x="waited",
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
            *table("quarantine_rows", "What is in quarantine", "The oldest first; at most 1,000. Times are UTC."),
        ],
        "Rows that broke a rule of their contract are kept with the reason; nothing is lost: ghala quarantine list.",
    )
