"""What Dagster only shows stops nothing, and what it says of a run is true."""

from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.dagster_instance import open_instance
from tests.python.publish.fixtures import active, run_main_job
from tests.python.publish.toy import Toy

FACT = dg.AssetKey(["marts", "fct_sales"])


def test_dagster_does_not_say_that_a_check_gates_nothing(toy: Toy, caplog: pytest.LogCaptureFixture) -> None:
    toy.sell(2)
    run_main_job(toy, days=3)
    assert [record.getMessage() for record in caplog.records if "without gating" in record.getMessage()] == []


def test_what_is_only_shown_stops_no_publication(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    day = toy.sell(2)
    (toy.home / "target" / "column_lineage.json").write_text('{"half":')
    monkeypatch.setattr("orchestration.defs.dbt.assets.look", _busy)
    monkeypatch.setattr("orchestration.defs.publish.assets.write", _busy)
    report = run_main_job(toy, days=3)
    assert [record.logical_date for record in report.loads] == [day]
    assert report.published.how in ("clone", "copy")


def _busy(*_: Any) -> None:
    raise duckdb.IOException("Could not set lock on file")


def test_a_damaged_picture_of_the_lineage_is_drawn_anew(toy: Toy) -> None:
    toy.sell(2)
    (toy.home / "target" / "column_lineage.json").write_text('{"half":')
    run_main_job(toy, days=3)
    with active(toy) as config, open_instance(config) as instance:
        event = instance.get_latest_materialization_event(FACT)
        assert event and event.asset_materialization
        assert "dagster/column_lineage" in event.asset_materialization.metadata
