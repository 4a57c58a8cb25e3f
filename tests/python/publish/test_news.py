"""A run that would make nothing new ends at once; whatever is new is built."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, date, datetime, tzinfo

import duckdb
import pytest

from orchestration import build as building
from orchestration import news as looking
from orchestration.config import Settings, settings
from orchestration.contracts import contracts_of
from orchestration.dbt.arguments import BuildRequest
from orchestration.errors import ConfigError
from orchestration.ingest.land import land
from orchestration.news import up_to_date
from orchestration.progress import silent
from orchestration.publish import versions
from orchestration.summary import summarise
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.toy import Toy


class Clock(datetime):
    """It is Sunday, the 8th of March."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Clock":
        return cls(2026, 3, 8, 12, tzinfo=tz or UTC)


def test_a_run_without_news_builds_nothing(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    with active(toy) as config:
        monkeypatch.setattr("orchestration.run._execute", None)
        before = versions(config)
        report = run_main_job(toy, days=2)
        assert (report.outcome, report.loads, report.published.how) == (None, (), "kept")
        assert summarise(config, report).gates == before[0].gates
        assert versions(config) == before


def load(toy: Toy, config: Settings, _: pytest.MonkeyPatch) -> None:
    toy.sell(2)
    contracts = contracts_of(config.contracts)
    land(config, [(contract, date(2026, 3, 3)) for contract in contracts], "test")


def edit(toy: Toy, config: Settings, _: pytest.MonkeyPatch) -> None:
    with (toy.project / "models/marts/sales/fct_sales.sql").open("a") as model:
        model.write("-- edited\n")


def touch_the_star(toy: Toy, config: Settings, _: pytest.MonkeyPatch) -> None:
    with duckdb.connect(str(config.star)) as star:
        star.execute("create table marts.mine as select 1 as one")


def lose_the_warehouse(toy: Toy, config: Settings, _: pytest.MonkeyPatch) -> None:
    config.warehouse.unlink()


def leave_a_run_unfinished(toy: Toy, config: Settings, _: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(config.dagster / "history" / "runs.db")) as runs, runs:
        runs.execute("update runs set status = 'STARTED'")


def break_a_build(toy: Toy, config: Settings, _: pytest.MonkeyPatch) -> None:
    with suppress(ConfigError):
        building.build(config, BuildRequest(select=("nowhere",)), silent)


def let_it_be_sunday(toy: Toy, config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "datetime", Clock)
    record = json.loads(building.record_file(config).read_text())
    building.record_file(config).write_text(json.dumps(record | {"finished_at": "2026-03-07T12:00:00+00:00"}))


NEWS = [load, edit, touch_the_star, lose_the_warehouse, leave_a_run_unfinished, break_a_build, let_it_be_sunday]


@pytest.mark.parametrize("news", NEWS)
def test_whatever_is_new_is_built(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, news: Callable[[Toy, Settings, pytest.MonkeyPatch], None]
) -> None:
    monkeypatch.setenv("GHALA_FULL_TESTS", "sunday")
    with active(toy) as config:
        assert up_to_date(config) is not None
        news(toy, config, monkeypatch)
        assert up_to_date(config) is None


@pytest.mark.parametrize("when", ["always", "never"])
def test_sunday_is_a_day_like_others_where_it_is_not_chosen(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setenv("GHALA_FULL_TESTS", when)
    with active(toy) as config:
        let_it_be_sunday(toy, config, monkeypatch)
        assert up_to_date(config) is not None


def test_another_time_for_full_tests_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GHALA_FULL_TESTS", "mondays")
    with pytest.raises(ConfigError, match="none of sunday, always, never"):
        settings()
