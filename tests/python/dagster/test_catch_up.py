"""Runs that nobody starts: the schedule catches up with missing days, the sensor lands files once they are complete."""

import errno
import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
import pytest

from orchestration.calendar_day import horizon
from orchestration.dagster_instance import open_instance
from orchestration.defs.assemble import assemble
from orchestration.defs.sources import file_drops
from orchestration.defs.sources.schedules import daily
from orchestration.errors import ConfigError
from orchestration.ingest import manifest
from tests.python.publish.fixtures import active
from tests.python.publish.toy import START, Toy

SALES = dg.AssetKey(["shop", "sales"])


def days_of(toy: Toy) -> list[str]:
    return [str(record.logical_date) for record in manifest.read(toy.home)]


def execute(toy: Toy, request: Any) -> dg.ExecuteInProcessResult:
    """Run what was asked for, as Dagster's daemon would: the same job, tags, assets and configuration."""
    with active(toy) as config, open_instance(config) as instance:
        job = assemble(config, through=date(2026, 3, 9)).resolve_job_def("daily")
        return job.execute_in_process(
            request.run_config,
            instance=instance,
            tags=dict(request.tags),
            asset_selection=request.asset_selection,
            raise_on_error=False,
        )


def test_the_schedule_asks_for_its_day_and_lands_all_that_is_missing_before_it(toy: Toy) -> None:
    late, *_ = [toy.sell(day) for day in (2, 3, 4)]
    file = toy.drop / f"{late}.csv"
    held = file.read_text()
    file.unlink()
    with active(toy):
        for hour in (4, 5):
            tick = datetime(2026, 3, hour + 1, 2, tzinfo=UTC)
            request: Any = daily(dg.build_schedule_context(scheduled_execution_time=tick))
            assert request.run_key == f"2026-03-{hour:02}"
            if hour == 5:
                file.write_text(held)
            assert execute(toy, request).success
            landed = ["2026-03-01", "2026-03-02", "2026-03-04"]
            assert days_of(toy) == (landed if hour == 4 else [*landed, "2026-03-03", "2026-03-05"])
    with active(toy) as config, open_instance(config) as instance:
        assert len(instance.get_materialized_partitions(SALES)) == 5
        assert len(instance.fetch_materializations(SALES, limit=99).records) == 5, "landed days are not news again"


def test_a_tick_of_a_clock_that_runs_far_ahead_asks_for_nothing(toy: Toy) -> None:
    toy.sell(1)
    with active(toy):
        first: Any = daily(dg.build_schedule_context(scheduled_execution_time=datetime(2026, 3, 3, 2, tzinfo=UTC)))
        assert execute(toy, first).success
        before = days_of(toy)
        with pytest.raises(ConfigError, match="by the clock 2027-03-02 is over"):
            daily(dg.build_schedule_context(scheduled_execution_time=datetime(2027, 3, 3, 2, tzinfo=UTC)))
    assert days_of(toy) == before


def test_dropped_files_are_landed_once_they_have_settled(toy: Toy) -> None:
    with active(toy) as config:
        sensor = assemble(config).get_sensor_def("file_drops")
        assert sensor.default_status == dg.DefaultSensorStatus.STOPPED

        def look(cursor: str | None) -> tuple[list[Any], str]:
            context = dg.build_sensor_context(cursor=cursor)
            found = sensor.evaluate_tick(context)
            return list(found.run_requests or []), str(found.cursor)

        assert look(None) == ([], "{}")
        day = toy.sell(2)
        first, cursor = look("{}")
        file = toy.drop / f"{day}.csv"
        file.write_text(file.read_text() + f"0303-9,sku9,3,{day}\n")
        second, cursor = look(cursor)
        assert (first, second) == ([], []), "seen once, then changed: somebody is writing it"
        (request,), cursor = look(cursor)
        (again,), _ = look(cursor)
        assert again.run_key == request.run_key, "Dagster starts one run for a key"
        assert execute(toy, request).success
        assert [str(record.logical_date) for record in manifest.read(config.home) if record.rows == 3][-1:] == [
            str(day)
        ]
        assert look(cursor) == ([], "{}")


@pytest.mark.parametrize(
    ("newest", "through"),
    [(None, "2026-03-10"), ("2026-03-09", "2026-03-10"), ("2026-03-20", "2026-03-20"), ("2025-09-01", "2025-09-02")],
)
def test_the_sensor_looks_up_to_yesterday_or_one_day_ahead_of_a_simulated_house(
    newest: str | None, through: str
) -> None:
    found = horizon((newest and date.fromisoformat(newest)) or None, date(2026, 3, 10))
    assert str(found) == through


def test_a_file_that_is_empty_or_open_is_not_complete(toy: Toy) -> None:
    day = toy.sell(2)
    with active(toy) as config:
        from orchestration.contracts import contracts_of  # noqa: PLC0415

        contracts, records = contracts_of(config.contracts), manifest.read(config.home)
        seen = file_drops.waiting(contracts, records, START, day)
        assert list(seen) == [f"shop.sales {day}"]
        assert file_drops.settled(seen, json.loads(json.dumps(seen))) == seen
        (toy.drop / f"~${day}.csv").write_text("")
        assert file_drops.waiting(contracts, records, START, day + timedelta(days=1)) == {}


@pytest.mark.parametrize("call", ["stat", "scandir"])
def test_a_folder_that_cannot_be_read_does_not_stop_the_sensor(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    day = toy.sell(2)
    real = getattr(os, call)

    def broken(path: Any, *rest: Any, **how: Any) -> Any:  # injected: a broken mount cannot be had in a test
        if path == toy.drop:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))
        return real(path, *rest, **how)

    with active(toy) as config:
        sensor = assemble(config).get_sensor_def("file_drops")
        with monkeypatch.context() as patch:
            patch.setattr(os, call, broken)
            found = sensor.evaluate_tick(dg.build_sensor_context(cursor="{}"))
            assert (found.run_requests, found.cursor) == ([], "{}")
        healed = sensor.evaluate_tick(dg.build_sensor_context(cursor="{}"))
        assert list(json.loads(str(healed.cursor))) == [f"shop.sales {day}"]
