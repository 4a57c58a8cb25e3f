"""Dagster's instance of a home, with the runs that a kill left marked as running set right."""

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import DagsterEventType, DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from orchestration.config import Settings
from orchestration.dagster_home import FEWER_WRITES, prepare

FROM_TERMINAL = "ghala/from"  # tag of a run that lives in the process of `ghala run`
BEGINNING = timedelta(minutes=5)  # until the process of a run has imported everything, on a busy machine
UNFINISHED = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


def open_instance(settings: Settings, *, is_alone: bool = False) -> DagsterInstance:
    """The instance of this home, with what a killed run left set right; `is_alone` when the writer's lock is held."""
    home = prepare(settings)
    os.environ["DAGSTER_HOME"] = str(home)
    for name, value in FEWER_WRITES.items():
        os.environ.setdefault(name, value)
    instance = DagsterInstance.from_config(str(home))
    reap(instance, is_alone=is_alone)
    return instance


def reap(instance: DagsterInstance, *, is_alone: bool = False) -> list[str]:
    """Mark runs as failed whose process is gone; returns their ids. A kill -9 leaves them STARTED for ever.

    A run that has just begun may have no process yet; of a terminal's it is sure that it has none when `is_alone`.
    """
    dead = []
    for record in instance.get_run_records(RunsFilter(statuses=[*UNFINISHED, DagsterRunStatus.NOT_STARTED])):
        run, is_terminal = record.dagster_run, FROM_TERMINAL in record.dagster_run.tags
        has_begun = run.status not in (DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING)
        is_over = datetime.now(UTC) - _utc(record.update_timestamp) > BEGINNING or (is_terminal and is_alone)
        # Killed before its first event: only a run from a terminal is sure not to wait for somebody to launch it.
        may_wait = run.status == DagsterRunStatus.NOT_STARTED and not is_terminal
        if (has_begun or is_over) and not may_wait and not _alive(instance, run):
            dead.append(run)
    for run in dead:
        instance.report_run_failed(run, "The process of this run is gone (killed?); the next run repairs what it left.")
    return [run.run_id for run in dead]


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _alive(instance: DagsterInstance, run: DagsterRun) -> bool:
    pids = []
    for entry in instance.all_logs(run.run_id, of_type=DagsterEventType.ENGINE_EVENT):
        event = entry.dagster_event
        metadata = event.engine_event_data.metadata if event else {}
        with suppress(KeyError, TypeError, ValueError):
            pids.append(int(str(metadata["pid"].value)))
    return any(pid != os.getpid() and is_ghala(pid) for pid in pids)


def is_ghala(pid: int) -> bool:
    """Whether this process is there and looks like one of ours (a number may have been given to another)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        return not words or any(name in words for name in (b"ghala", b"dagster", b"orchestration", b"python"))
    return True
