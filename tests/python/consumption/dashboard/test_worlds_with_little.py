"""Figures of worlds in which something is missing: a closed day, a delivery, a mart, half a character."""

import base64
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from consumption import published as newest
from consumption.dashboard.address import texts
from consumption.dashboard.data import calendar, loader, options
from consumption.dashboard.parts import Choice
from consumption.dashboard.status import status
from orchestration.publish_files import LINK

World = Callable[..., Path]


@pytest.fixture
def world(published: Path, tmp_path: Path) -> World:
    """A serving folder whose only version is a copy of the shared one after some statements."""

    def made(*statements: str) -> Path:
        file = tmp_path / "ghala-20260331T000000000000Z.duckdb"
        shutil.copyfile(published / "serving" / LINK, file)
        with duckdb.connect(str(file)) as connection:
            for statement in statements:
                connection.execute(statement)
        (tmp_path / LINK).symlink_to(file)
        return tmp_path

    return made


def now(serving: Path, name: str, **choices: list[str]) -> dict[str, Any]:
    """The key figures of the usual period."""
    found = loader(serving, name)(**choices)
    assert len(found), found.attrs
    row: dict[str, Any] = found[found["is_now"].astype(bool)].iloc[0].to_dict()
    return row


def test_before_the_first_closed_day_pages_open_and_those_on_runs_have_figures(world: World) -> None:
    serving = world("delete from marts.fct_inventory_daily", "delete from marts.agg_stock_daily")
    last_run = newest.cursor(serving)[1].execute("select max(started_at)::date from ops.run").fetchone()
    assert (calendar(serving).last_day,) == last_run
    assert now(serving, "runs_kpis")["runs"] > 0
    assert "Nothing in this period" in loader(serving, "inventory_days")().attrs["note"]


def test_without_any_day_each_figure_says_so_and_pages_open(world: World) -> None:
    serving = world("delete from marts.fct_inventory_daily", "delete from ops.run")
    for name in ("sales_kpis", "runs_rows"):
        assert "no day is closed yet" in loader(serving, name)().attrs["note"]
    assert Choice(control="any_period", kind="period", serving=serving, options=["28"], value="28").build()


def test_a_version_from_before_a_mart_was_added_is_no_broken_file(world: World) -> None:
    serving = world("drop table marts.agg_deliveries_daily", "drop table marts.agg_forecast_error")
    note = loader(serving, "service_kpis")(period="28").attrs["note"]
    assert "does not exist" in note
    assert note.endswith("Next: ghala build, ghala publish")
    assert Choice(control="any_tier", kind="tier", serving=serving, options=["all"], value="all").build()


def test_an_answer_of_a_version_that_came_in_between_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    serving = world()
    version, cursor = newest.cursor(serving)
    seen = iter((version, version, "the next"))  # what the figure is of, its filters, and then the flip
    monkeypatch.setattr(newest, "cursor", lambda _: (next(seen), cursor))
    assert "the next came in between" in loader(serving, "runs_kpis")().attrs["note"]
    monkeypatch.undo()
    assert len(loader(serving, "runs_kpis")())
    seen = iter((version, "the next"))
    monkeypatch.setattr(newest, "cursor", lambda _: (next(seen), cursor))
    assert not status(serving, ())[0]


def test_half_a_character_of_a_link_is_a_value_that_nobody_knows(world: World) -> None:
    link = "b64_" + base64.urlsafe_b64encode(rb'["1", "\ud800"]').decode()
    assert texts(f"?gates_tier={link}", "gates_tier") == ("1", "?")
    serving = world()
    known = options(serving)["tier"][0]
    assert len(loader(serving, "gates_kpis")(tier=[known, "\ud800"]))
    loader(serving, "gates_kpis")(tier=["\ud800"]).attrs["note"].encode()


def test_goods_that_come_in_days_without_promises_count(world: World) -> None:
    figures = now(world("delete from marts.agg_supplier_daily"), "suppliers_kpis")
    assert figures["due_lines"] == 0
    assert figures["lead_time_mean"] > 0
    assert figures["reject_rate"] >= 0


def test_nothing_of_something_is_zero_and_not_unknown(world: World) -> None:
    serving = world(
        "update marts.agg_payments_daily set match_status = 'suspense' where match_status = 'matched'",
        "update ops.dq_result set status = 'pass'",
        "update marts.agg_sales_daily set is_promoted = false",
    )
    assert now(serving, "payments_kpis")["payment_match_rate"] == 0
    assert now(serving, "gates_kpis")["failing_rows"] == 0
    promoted = now(serving, "promotions_kpis")
    assert [promoted[name] for name in ("promoted_net_sales", "promoted_share", "promotion_discount")] == [0, 0, 0]


def test_what_waits_is_seen_in_a_period_without_deliveries(world: World) -> None:
    serving = world(
        "delete from ops.source_load",
        "delete from ops.quarantine",
        "insert into ops.quarantine (source_name, table_name, reason, row_count, is_open, age_days)"
        " values ('erp', 'orders', 'broken', 3, true, 40)",
    )
    figures = now(serving, "quarantine_kpis")
    assert (figures["open_rows"], figures["oldest_days"]) == (3, 40)
    assert "put aside in this period" in loader(serving, "quarantine_days")().attrs["note"]


def test_the_running_month_is_held_against_as_many_days(world: World) -> None:
    serving = world("delete from marts.fct_inventory_daily where day(business_date) > 10 and month(business_date) = 11")
    last = calendar(serving).last_day
    found = loader(serving, "sales_days")(period=f"{last:%Y-%m}")
    assert found["business_date"].max().date() == last  # sales go on: those of the day that is not over do not count
