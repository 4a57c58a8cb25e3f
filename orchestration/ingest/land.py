"""Lands partitions, one after the other, under the writer's lock."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from orchestration.config import Settings
from orchestration.errors import GateError, GhalaError, UnavailableError
from orchestration.ingest import (
    casts,
    commit,
    events,
    evolution,
    keyring,
    manifest,
    outages,
    overlap,
    plan,
    rejections,
    store,
    subject,
)
from orchestration.ingest.check import checker
from orchestration.ingest.extract import Sources
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.partition import Job, land_one
from orchestration.ingest.retry import Patience
from orchestration.lock import writer

OnOutage = Callable[[Contract, date, UnavailableError], None]


def land(
    settings: Settings,
    partitions: Sequence[plan.Partition],
    run_id: str,
    *,
    on_load: Callable[[LoadRecord], None] | None = None,
    on_outage: OnOutage | None = None,
    patience: Patience | None = None,
) -> list[LoadRecord]:
    """Land partitions in the given order and return their current loads; `on_load` hears of each.

    A partition whose result is what bronze already holds keeps its load. One whose source is down after the attempts of
    `patience` is left out where `on_outage` hears of it and the table has data of earlier days. Raises GateError for
    tier 1 and the circuit breaker, GhalaError for a source or a disk that fails: what landed before it, and its own
    previous file, stay.
    """
    home = settings.home
    patience = patience or Patience(settings.retry_waits)
    with writer(home), store.space(home, "bronze"):
        (home / "bronze").mkdir(parents=True, exist_ok=True)
        commit.recover(home)
        records = manifest.read(home)
        before, current = manifest.current(records), manifest.current(records)
        number = manifest.newest_number(home)
        firsts, lasts = plan.first_dates(current.values(), partitions), plan.last_dates(current.values(), partitions)
        keyring.check(home, [contract for contract, _ in partitions])
        gone = subject.erased(home)
        checks = {key: checker(contract, gone) for key, contract in {c.key: c for c, _ in partitions}.items()}
        scratch = home / "bronze" / f".spool-{run_id}"
        (home / "bronze" / commit.IN_FLIGHT).touch()
        results = []
        try:
            for check in checks.values():
                evolution.check_history(home, check.contract, *_history(check.contract, current, partitions))
                _write_empty(home, check.contract, run_id)
            with Sources(scratch) as sources:
                for contract, day in partitions:
                    key = (contract.source, contract.table, day)
                    window = plan.window(day, firsts[contract.key])
                    previous = current.get(key)
                    others = None
                    if plan.compares_keys(contract, day, lasts[contract.key], previous):
                        others = tuple(r for k, r in current.items() if k[:2] == key[:2] and k != key)
                    later = overlap.reached_back(contract, day, firsts[contract.key], before, current)
                    job = Job(home, checks[contract.key], day, window, number + 1, run_id, previous, others, later)
                    try:
                        record = patience.attempt(
                            contract, partial(land_one, job, sources), partial(sources.reconnect, contract)
                        )
                    except GhalaError as error:
                        events.stopped(home, contract, day, run_id, error)
                        if isinstance(error, GateError):
                            rejections.reject(home, contract, day, run_id, error)
                        if (
                            on_outage is None
                            or not isinstance(error, UnavailableError)
                            or not _has_data(contract, day, current)
                        ):
                            raise
                        if previous is None:
                            outages.note(home, contract, day, run_id, error)
                        on_outage(contract, day, error)
                        continue
                    events.landed(home, record, is_new=record.load_number > number)
                    number, current[key] = max(number, record.load_number), record
                    number = _take_over(home, later, current, number)
                    results.append(record)
                    if on_load is not None:
                        on_load(record)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        (home / "bronze" / commit.IN_FLIGHT).unlink()
    return results


def _take_over(
    home: Path, later: LoadRecord | None, current: dict[tuple[str, str, date], LoadRecord], number: int
) -> int:
    """Put what a later load has become, if there is one, among the current ones; returns the newest load number."""
    if later is None:
        return number
    left = manifest.current(manifest.read(home))[later.partition]
    if left.load_number > number:
        events.landed(home, left, is_new=True)
    current[left.partition] = left
    return max(number, left.load_number)


def _has_data(contract: Contract, day: date, current: Mapping[tuple[str, str, date], LoadRecord]) -> bool:
    """Whether there is anything to fall back on: what has not begun yet is rather wrong than down."""
    return any(key[:2] == (contract.source, contract.table) and key[2] <= day for key in current)


def _history(
    contract: Contract, current: Mapping[tuple[str, str, date], LoadRecord], partitions: Sequence[plan.Partition]
) -> tuple[list[LoadRecord], set[date]]:
    """The table's current loads, and the dates of it that are about to be landed."""
    landed = [record for key, record in current.items() if key[:2] == (contract.source, contract.table)]
    return landed, {day for asked, day in partitions if asked.key == contract.key}


def _write_empty(home: Path, contract: Contract, run_id: str) -> None:
    """`_schema.parquet`: no rows, the contract's types, so that a reader's glob is never empty."""
    path = home / "bronze" / contract.source / contract.table / "_schema.parquet"
    schema = {column.name: casts.bronze_type(column) for column in contract.columns}
    if path.exists() and pl.read_parquet_schema(path) == pl.Schema(schema):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with store.ParquetSink(store.temporary(path, run_id)) as sink:
        sink.write(pl.DataFrame(schema=schema))
    store.move(sink.path, path)
