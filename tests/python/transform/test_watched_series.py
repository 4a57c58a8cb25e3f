"""What tier 3 watches: each table up to its last complete day, and days whose rows got another member."""

import ast
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

from benchmarks.detection_sql import MACROS
from tests.python.transform.anomaly_series import FIRST, flagged, verdicts, weekly
from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build, made_of
from tests.python.transform.tidy_rows import DAYS, PRICE, Row, at, product, written

WATCHED = ("--select", "+ops_watched_series")


def line(order: str, day: int, hour: int = 9) -> Row:
    order_line = {"order_id": order, "line_no": 1, "customer_id": "C1", "channel": "web", "warehouse_code": "WH01"}
    bought = {"sku": "P1", "qty": 1, "cancelled_qty": 0, "unit_price": PRICE, "discount": Decimal(0)}
    state = {"status": "placed", "vat_class": "standard"}
    return order_line | bought | state | {"placed_at": at(day, hour)} | written(at(day, hour))


def rows_by_day(home: Path, table: str, series: str) -> dict[date, float]:
    """The watched number of rows."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{home / 'star.duckdb'}' as star (read_only)")
        found = connection.execute(
            "select bucket_date, metric_value from ops.ops_watched_series"
            " where table_name = ? and series = ? and metric = 'row_count'",
            [table, series],
        )
        return dict(found.fetchall())


def answer(macro: str, *arguments: str) -> Any:
    """What a macro of macros/anomaly returns."""
    source = "".join(file.read_text() for file in sorted(MACROS.glob("watched_*.sql")))
    call = "{{ " + macro + "(" + ", ".join(map(repr, arguments)) + ") }}"
    template = jinja2.Environment(autoescape=False).from_string(source + call)  # noqa: S701  (SQL)
    return ast.literal_eval(template.render({"return": repr}).strip())


def test_a_day_is_watched_once_its_feeds_have_landed_and_grouped_by_members_as_they_are_known(home: Path) -> None:
    world = BronzeWorld(home)
    # 21:00 UTC is midnight in Nairobi: the first hour of a business day that goes on
    world.land("commerce", "order_lines", DAYS[0], [line("O1", 1), line("O2", 1, 21)])
    world.land("web", "events", DAYS[0], [])
    build(home, *WATCHED)
    assert rows_by_day(home, "fct_order_lines", "total") == {DAYS[0]: 1}
    assert rows_by_day(home, "fct_order_lines", "category Late arriving") == {DAYS[0]: 1}

    world.land("web", "events", DAYS[1], [])
    world.land("erp", "products", DAYS[1], [product("P1", 5, at(1, 1))])
    build(home, *WATCHED)
    assert rows_by_day(home, "web.events", "total") == {DAYS[0]: 0, DAYS[1]: 0}
    assert rows_by_day(home, "fct_order_lines", "total") == {DAYS[0]: 1}, "what is late is not judged"
    assert rows_by_day(home, "fct_order_lines", "category Late arriving") == {}
    assert rows_by_day(home, "fct_order_lines", "category Food") == {DAYS[0]: 1}

    world.land("commerce", "order_lines", DAYS[1], [line("O3", 2)])
    build(home, *WATCHED)
    assert rows_by_day(home, "fct_order_lines", "category Food") == {DAYS[0]: 1, DAYS[1]: 2}


@pytest.mark.parametrize("detector", ["anomaly_seasonal", "anomaly_zscore"])
def test_a_series_ends_with_its_own_last_complete_day_and_one_that_stops_before_is_seen(detector: str) -> None:
    series = {"fine": weekly(80), "late": weekly(77), "stopped": weekly(77)}
    ends = {"fine": 79, "late": 76, "stopped": 79}
    cases = " ".join(f"when '{name}' then date '{FIRST + timedelta(days=day)}'" for name, day in ends.items())
    found = verdicts(detector, series, last_day=f"case series {cases} end")
    assert {name: max(day for known, day in found if known == name) for name in series} == ends
    assert {name for name, _ in flagged(found)} == {"stopped"}
    assert {name for name, _ in flagged(verdicts(detector, series))} == {"late", "stopped"}, "without it none is late"


def test_what_is_watched_says_the_feeds_from_which_it_comes(home_path: Path) -> None:
    feeds = answer("watched_feeds")
    assert feeds.keys() == {fact["name"] for area in ("sales", "supply") for fact in answer("watched_facts", area)}
    for fact, named in feeds.items():
        assert set(named) <= set(made_of(home_path, fact)), fact
