"""Windows of dates that land in any order: no row falls between two of them, also when a source was down."""

from collections.abc import Collection
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.plan import Window, first_dates, partitions_to_load, window
from tests.python.ingest.project import DAY, SALES, contract, make

DAYS = [DAY + timedelta(days=n) for n in range(10)]
Held = dict[date, Window]  # the dates that have landed, with the window that each was fetched with
some = st.lists(st.sampled_from(DAYS), max_size=4, unique=True)
orders = st.lists(some.filter(bool), min_size=1, max_size=6)
nights = st.lists(some, min_size=1, max_size=len(DAYS))
drawn = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def table(folder: Path) -> Contract:
    how = {"type": "postgres", "connection": "shop", "relation": "sales", "cursor": "updated_at"}
    return make(folder, contract(SALES, how)).contracts[0]


def records(of: Contract, held: Held) -> list[LoadRecord]:
    blank: dict[str, Any] = dict.fromkeys(field.name for field in fields(LoadRecord))
    return [LoadRecord(**{**blank, "source": of.source, "table": of.table, "logical_date": day}) for day in held]


def landed(of: Contract, held: Held, asked: Collection[date], down: Collection[date] = ()) -> Held:
    """What is held after dates were asked for, some of which were down."""
    firsts = first_dates(records(of, held), [(of, day) for day in asked])[of.key] if asked else {}
    return held | {day: window(day, firsts) for day in asked if day not in down}


def missing(of: Contract, held: Held, through: date) -> list[date]:
    return [day for _, day in partitions_to_load(records(of, held), [of], DAY, through)]


def holders(held: Held) -> set[int]:
    """In how many windows a moment is: of each day through the newest that landed, and of long before."""
    days = [DAY - timedelta(days=300), *(day for day in DAYS if day <= max(held, default=DAY))]
    noons = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in days]
    return {sum((w.lower is None or w.lower <= at) and at < w.upper for w in held.values()) for at in noons}


@drawn
@given(orders=orders)
def test_dates_that_land_in_any_order_leave_no_gap(tmp_path: Path, orders: list[list[date]]) -> None:
    of, held = table(tmp_path), Held()
    for asked in orders:
        held = landed(of, held, asked)
        assert 0 not in holders(held), "whatever has landed, nothing older than its newest date is missing"
    held = landed(of, held, missing(of, held, max(held)))
    assert holders(landed(of, held, list(held))) == {1}, "the whole range again: each moment once"


@drawn
@given(nights=nights)
def test_dates_that_were_down_land_later_with_windows_of_their_own(tmp_path: Path, nights: list[list[date]]) -> None:
    of, held = table(tmp_path), Held()
    for through, down in zip(DAYS, nights, strict=False):
        held = landed(of, held, missing(of, held, through), [] if through == DAY else down)
        assert max(holders(held)) == 1, "no night fetches what another one has"
    assert holders(landed(of, held, missing(of, held, DAYS[len(nights) - 1]))) == {1}


@drawn
@given(orders=orders, down=some)
def test_what_was_down_leaves_no_gap_once_it_has_landed(
    tmp_path: Path, orders: list[list[date]], down: list[date]
) -> None:
    of, held, waiting = table(tmp_path), landed(table(tmp_path), Held(), [DAY]), set[date]()
    for asked in orders:
        before, held = held, landed(of, held, asked, down)
        waiting |= {day for day in asked if day in down and day not in before}
    assert 0 not in holders(landed(of, held, sorted(waiting)))


def test_an_older_date_takes_nothing_from_the_date_that_was_the_first(tmp_path: Path) -> None:
    of, first, older = table(tmp_path), date(2026, 3, 1), date(2026, 2, 10)
    held = landed(of, landed(of, {}, [first, date(2026, 3, 2)]), [older])
    assert held[older] == Window(None, datetime(2026, 2, 11, tzinfo=UTC))
    again = landed(of, held, [first])[first]
    assert again == Window(datetime(2026, 2, 11, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
    assert landed(of, held, [date(2026, 3, 2)])[date(2026, 3, 2)].lower == datetime(2026, 3, 2, tzinfo=UTC)
