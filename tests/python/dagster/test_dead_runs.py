"""Runs whose process is gone, and runs that find another writer at work."""

import subprocess
import sys
from datetime import timedelta

import dagster as dg
import pytest
from dagster._core.events import EngineEventData

from orchestration import dagster_instance
from orchestration.dagster_home import has_unfinished
from orchestration.dagster_instance import open_instance
from orchestration.defs.assemble import assemble
from orchestration.defs.sources.resources import Console
from orchestration.errors import GhalaError
from tests.python.publish.fixtures import active
from tests.python.publish.toy import Toy


def test_a_killed_run_is_marked_as_failed_at_the_next_start(toy: Toy) -> None:
    with active(toy) as config:
        with open_instance(config) as instance:
            dead = instance.create_run_for_job(
                dg.GraphDefinition(name="daily").to_job(), status=dg.DagsterRunStatus.STARTED
            )
            instance.report_engine_event("started", dead, EngineEventData.in_process(pid=999_999))
        with open_instance(config) as instance:
            run = instance.get_run_by_id(dead.run_id)
            assert run is not None
            assert run.status == dg.DagsterRunStatus.FAILURE


@pytest.mark.parametrize(
    "case",
    [
        ("STARTED", {}, False, 0, True),
        ("STARTING", {}, False, 0, False),  # the daemon has just launched it
        ("STARTING", {}, True, 0, False),
        ("STARTING", {}, False, 6, True),
        ("STARTING", {"ghala/from": "terminal"}, True, 0, True),
        ("NOT_STARTED", {"ghala/from": "terminal"}, True, 0, True),
        ("NOT_STARTED", {"ghala/from": "terminal"}, False, 0, False),  # its process may be about to begin
        ("NOT_STARTED", {"ghala/from": "terminal"}, False, 6, True),
        ("NOT_STARTED", {}, True, 6, False),  # somebody may still launch it
    ],
)
def test_only_a_run_that_has_surely_lost_its_process_is_marked(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, case: tuple[str, dict[str, str], bool, int, bool]
) -> None:
    status, tags, is_alone, minutes, fails = case
    with active(toy) as config, open_instance(config) as instance:
        job = dg.GraphDefinition(name="daily").to_job()
        run = instance.create_run_for_job(job, status=dg.DagsterRunStatus(status), tags=tags)
        monkeypatch.setattr(dagster_instance, "BEGINNING", timedelta(minutes=5 - minutes))
        assert dagster_instance.reap(instance, is_alone=is_alone) == ([run.run_id] if fails else [])
        after = instance.get_run_by_id(run.run_id)
        assert after and after.status == (dg.DagsterRunStatus.FAILURE if fails else dg.DagsterRunStatus(status))


def test_the_daemon_marks_dead_runs_so_that_the_queue_goes_on(toy: Toy) -> None:
    with active(toy) as config, open_instance(config) as instance:
        job = dg.GraphDefinition(name="daily").to_job()
        dead = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        definitions = assemble(config)
        sensor = definitions.get_sensor_def("dead_runs")
        assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
        with dg.build_sensor_context(instance=instance) as context:
            assert dead.run_id in str(sensor(context))
        assert has_unfinished(config) is False


def test_a_run_that_nobody_watches_waits_for_another_writer(toy: Toy) -> None:
    with active(toy) as config:
        command = "import sys, time; from pathlib import Path; from orchestration.lock import writer"
        command += "\nwith writer(Path(sys.argv[1])): print('held', flush=True); time.sleep(3)"
        with subprocess.Popen([sys.executable, "-c", command, str(config.home)], stdout=subprocess.PIPE) as other:
            assert other.stdout and other.stdout.readline() == b"held\n"
            with pytest.raises(GhalaError, match="another Ghala is writing"), Console(interactive=True).writer(config):
                pass
            with Console(interactive=False).writer(config):
                assert other.wait(5) == 0


def test_a_process_is_ours_only_while_it_lives() -> None:
    assert not dagster_instance.is_ghala(999_999)
