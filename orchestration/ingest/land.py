"""Lands partitions: extract, check and write in one pass; a partition becomes visible whole or not at all."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.config import Settings
from orchestration.ingest import casts, commit, manifest, plan, store
from orchestration.ingest.check import Checker, Tally, checker, split
from orchestration.ingest.dedupe import KeyIndex, rewrite, superseded
from orchestration.ingest.drift import check_shares
from orchestration.ingest.extract import Sources
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.quarantine_sink import QuarantineSink
from orchestration.lock import writer


@dataclass(frozen=True)
class Job:
    """One partition to land, with everything that decides its result."""

    home: Path
    check: Checker
    day: date
    window: plan.Window
    load_number: int
    run_id: str
    previous: LoadRecord | None

    @property
    def contract(self) -> Contract:
        return self.check.contract

    def path(self, root: str, suffix: str = "") -> Path:
        """`root` is bronze or quarantine."""
        folder = commit.partition_folder(self.home / root, (self.contract.source, self.contract.table), str(self.day))
        return folder / f"{self.contract.table}{suffix}.parquet"


def land(
    settings: Settings,
    partitions: Sequence[plan.Partition],
    run_id: str,
    on_load: Callable[[LoadRecord], None] | None = None,
) -> list[LoadRecord]:
    """Land partitions in the given order and return their current loads; `on_load` hears of each.

    A partition whose result is what bronze already holds keeps its load. Raises GateError for tier 1 and the circuit
    breaker, GhalaError for a source or a disk that fails: what landed before it, and its own previous file, stay.
    """
    home = settings.home
    with writer(home), store.space(home, "bronze"):
        (home / "bronze").mkdir(parents=True, exist_ok=True)
        commit.recover(home)
        records = manifest.read(home)
        current = manifest.current(records)
        number = max((record.load_number for record in records), default=0)
        firsts = plan.first_dates(current.values(), partitions)
        checks = {key: checker(contract) for key, contract in {c.key: c for c, _ in partitions}.items()}
        scratch = home / "bronze" / f".spool-{run_id}"
        (home / "bronze" / commit.IN_FLIGHT).touch()
        results = []
        try:
            for check in checks.values():
                _write_empty(home, check.contract, run_id)
            with Sources(scratch) as sources:
                for contract, day in partitions:
                    key = (contract.source, contract.table, day)
                    window = plan.window(day, firsts[contract.key])
                    job = Job(home, checks[contract.key], day, window, number + 1, run_id, current.get(key))
                    record = land_one(job, sources)
                    number, current[key] = max(number, record.load_number), record
                    results.append(record)
                    if on_load is not None:
                        on_load(record)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        (home / "bronze" / commit.IN_FLIGHT).unlink()
    return results


def land_one(job: Job, sources: Sources) -> LoadRecord:
    """Land one partition; the writer's lock is held and bronze is repaired."""
    started = time.monotonic()
    sink = store.ParquetSink(store.temporary(job.path("bronze"), job.run_id))
    bad = QuarantineSink(job.path("quarantine", f".{job.load_number}"), job.run_id, job.check, job.day, job.load_number)
    tally, keys = Tally(), KeyIndex(job.contract)
    origin, newest = job.contract.key, None
    try:
        with sink, bad:
            for batch in sources.fetch(job.contract, job.day, job.window):
                origin = batch.origin
                if batch.frame.is_empty() and sink.has_schema:
                    continue
                good, broken = split(job.check, batch.frame, tally)
                sink.write(good)
                if broken is not None:
                    bad.write(broken)
                keys.add(good)
                newest = _newest(newest, good, job.contract)
        deduplicated = _deduplicate(sink, job.contract, keys, job.run_id)
        check_shares(job.check, tally, deduplicated, origin)
        record = _record(
            job,
            sink,
            bad,
            extracted=tally.extracted,
            deduplicated=deduplicated,
            newest=newest,
            seconds=time.monotonic() - started,
        )
        if job.previous is not None and _same(record, job.previous) and _in_place(job.home, job.previous):
            return job.previous
        commit.commit(job.home, commit.Staged(record, sink.path, bad.path if bad.rows else None))
        return record
    finally:
        sink.path.unlink(missing_ok=True)
        bad.path.unlink(missing_ok=True)


def _deduplicate(sink: store.ParquetSink, contract: Contract, keys: KeyIndex, run_id: str) -> int:
    repeated = keys.repeated()
    if repeated.is_empty():
        return 0
    drop = superseded(sink, contract, repeated)
    if drop.is_empty():
        return 0  # different keys with the same hash
    with store.ParquetSink(store.temporary(sink.path, run_id)) as target:
        rewrite(sink, target, drop)
    target.path.replace(sink.path)
    sink.rows = target.rows
    return len(drop)


def _newest(before: Any, frame: pl.DataFrame, contract: Contract) -> Any:
    """The highest cursor value so far: a date, a time or a number."""
    column = contract.cursor_column
    value = frame[column.name].max() if column is not None and frame.height else None
    return before if value is None else value if before is None else max(before, value)


def _record(
    job: Job,
    sink: store.ParquetSink,
    bad: QuarantineSink,
    *,
    extracted: int,
    deduplicated: int,
    newest: Any,
    seconds: float,
) -> LoadRecord:
    return LoadRecord(
        load_number=job.load_number,
        source=job.contract.source,
        table=job.contract.table,
        logical_date=job.day,
        file=job.path("bronze").relative_to(job.home / "bronze").as_posix(),
        rows=sink.rows,
        bytes=sink.path.stat().st_size,
        sha256=store.sha256(sink.path),
        extracted=extracted,
        quarantined=bad.rows,
        deduplicated=deduplicated,
        quarantine_file=bad.final.relative_to(job.home / "quarantine").as_posix() if bad.rows else None,
        quarantine_sha256=bad.digest,
        contract_version=job.contract.version,
        run_id=job.run_id,
        loaded_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        seconds=round(seconds, 4),
        max_cursor=None if newest is None else str(newest).replace(" ", "T"),
    )


def _same(new: LoadRecord, old: LoadRecord) -> bool:
    return (new.sha256, new.quarantine_sha256, new.deduplicated) == (
        old.sha256,
        old.quarantine_sha256,
        old.deduplicated,
    )


def _in_place(home: Path, record: LoadRecord) -> bool:
    """Whether the file of a load is still there, as long as it was: a lost one is landed again under a new number."""
    file = home / "bronze" / record.file
    return file.exists() and file.stat().st_size == record.bytes


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
