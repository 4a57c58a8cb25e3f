"""Dagster's event log with its connections kept open: what Ghala changed in it, against the real SQLite files."""

import sqlite3
import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, EngineEventData, StepMaterializationData
from dagster._core.events.log import EventLogEntry

from orchestration.dagster_event_log import OPEN_RUNS, OpenEventLog

ASSET = dg.AssetKey(["marts", "fct_sales"])
EVENT = dg.DagsterEventType


def entry(run_id: str, kind: dg.DagsterEventType, data: Any, words: str = "") -> EventLogEntry:
    event = DagsterEvent(event_type_value=kind.value, job_name="daily", event_specific_data=data, message=words)
    return EventLogEntry(None, "info", "", run_id, 1.0, job_name="daily", dagster_event=event)


def said(run_id: str, words: str = "") -> EventLogEntry:
    return entry(run_id, EVENT.ENGINE_EVENT, EngineEventData(), words)


def checked(run_id: str, name: str, **metadata: Any) -> EventLogEntry:
    found = dg.AssetCheckEvaluation(ASSET, name, passed=True, metadata=metadata)
    return entry(run_id, EVENT.ASSET_CHECK_EVALUATION, found)


def run() -> str:
    return str(uuid4())


def words(storage: OpenEventLog, run_id: str) -> list[str]:
    return [entry.message for entry in storage.get_logs_for_run(run_id)]


@pytest.fixture
def storage(tmp_path: Path) -> Any:
    log = OpenEventLog(str(tmp_path / "history"))
    yield log
    log.dispose()


def test_threads_that_store_for_different_runs_do_not_mix_them(storage: OpenEventLog) -> None:
    runs = [run() for _ in range(4)]

    def store(run_id: str, in_batches: bool) -> None:
        for number in range(20):
            events = [said(run_id, f"{number} {part}") for part in range(3)]
            if in_batches:
                storage.store_event_batch(events)
            else:
                for event in events:
                    storage.store_event(event)

    threads = [threading.Thread(target=store, args=(run_id, number % 2 == 0)) for number, run_id in enumerate(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for run_id in runs:
        assert words(storage, run_id) == [f"{number} {part}" for number in range(20) for part in range(3)]


def test_a_batch_is_stored_as_a_whole_or_not_at_all(storage: OpenEventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = run()
    real = OpenEventLog.store_asset_check_event

    def full(self: OpenEventLog, event: EventLogEntry, number: int | None) -> None:
        real(self, event, number)
        if "third" in str(event):
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(OpenEventLog, "store_asset_check_event", full)
    with pytest.raises(sqlite3.OperationalError):
        storage.store_event_batch([checked(run_id, name) for name in ("first", "second", "third")])
    monkeypatch.undo()
    assert storage.get_logs_for_run(run_id) == []
    assert storage.get_asset_check_execution_history(dg.AssetCheckKey(ASSET, "first"), limit=5) == []
    storage.store_event(said(run_id, "later"))
    assert words(storage, run_id) == ["later"]


@pytest.mark.parametrize("secret", ["hunter2hunter2", "dagster", "event", "null", "fct_sales", "AssetKey", "true"])
def test_a_secret_is_in_no_table_and_leaves_the_log_readable(
    storage: OpenEventLog, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("GHALA_SOURCE_PASSWORD", secret)
    run_id = run()
    text = f"cannot connect with {secret} as ghala"
    made = dg.AssetMaterialization(ASSET, metadata={"message": text}, tags={"dagster/data_version": "1"})
    storage.store_event(entry(run_id, EVENT.ASSET_MATERIALIZATION, StepMaterializationData(made)))
    storage.store_event(checked(run_id, "unique_sale", message=text))
    key = dg.AssetCheckKey(ASSET, "unique_sale")
    (history,) = storage.get_asset_check_execution_history(key, limit=5)
    newest = storage.get_latest_materialization_events([ASSET])[ASSET]
    assert newest and newest.asset_materialization and history.event and history.event.dagster_event
    shown = [newest.asset_materialization.metadata["message"].value]
    shown += [history.event.dagster_event.asset_check_evaluation_data.metadata["message"].value]
    assert shown == ["cannot connect with *** as ghala"] * 2
    assert [one.dagster_event_type for one in storage.get_logs_for_run(run_id)] == [
        EVENT.ASSET_MATERIALIZATION,
        EVENT.ASSET_CHECK_EVALUATION,
    ]


def test_who_watches_a_run_hears_of_it_while_another_process_would_write_it(tmp_path: Path) -> None:
    run_id, heard, two = run(), [], threading.Event()

    def hear(event: EventLogEntry, _: str) -> None:
        heard.append(event.message)
        if len(heard) == 2:
            two.set()

    writer, watcher = (OpenEventLog(str(tmp_path / "history")) for _ in range(2))
    writer.store_event(said(run_id, "before"))
    watcher.watch(run_id, None, hear)
    writer.store_event(said(run_id, "after"))
    assert two.wait(20), heard
    watcher.end_watch(run_id, hear)
    assert heard == ["before", "after"]
    for storage in (writer, watcher):
        storage.dispose()


def test_a_process_that_sees_many_runs_keeps_few_files_open(storage: OpenEventLog) -> None:
    runs = [run() for _ in range(3 * OPEN_RUNS)]
    for run_id in runs:
        storage.store_event(said(run_id, run_id))
    assert len(storage._open) <= OPEN_RUNS + 1
    assert [words(storage, run_id) for run_id in runs] == [[run_id] for run_id in runs]
    storage.store_event(said(runs[0], "again"))
    assert words(storage, runs[0]) == [runs[0], "again"]
