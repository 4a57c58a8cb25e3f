"""Lands one partition: extract, check and write in one pass; it becomes visible whole or not at all."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.ingest import commit, overlap, plan, rejections, store
from orchestration.ingest.check import Checker, Tally, split
from orchestration.ingest.damage import has_bad_rows
from orchestration.ingest.dedupe import KeyIndex, drop_repeated
from orchestration.ingest.drift import check_shares
from orchestration.ingest.extract import Notes, Sources
from orchestration.ingest.key_compare import existing_keys, tombstones
from orchestration.ingest.manifest import FileNote, LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.quarantine_sink import QuarantineSink
from orchestration.ingest.rewrite import Rewriter


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
    others: tuple[LoadRecord, ...] | None = None  # the table's other current loads, where its keys are to be compared
    later: LoadRecord | None = None  # one whose window has held this date, and perhaps its rows

    @property
    def contract(self) -> Contract:
        return self.check.contract

    def path(self, root: str, suffix: str = "") -> Path:
        """`root` is bronze or quarantine."""
        folder = commit.partition_folder(self.home / root, (self.contract.source, self.contract.table), str(self.day))
        return folder / f"{self.contract.table}{suffix}.parquet"


def land_one(job: Job, sources: Sources) -> LoadRecord:
    """Land one partition; the writer's lock is held and bronze is repaired."""
    started = time.monotonic()
    sink = store.ParquetSink(store.temporary(job.path("bronze"), job.run_id))
    bad = QuarantineSink(job.path("quarantine", f".{job.load_number}"), job.run_id, job.check, job.day, job.load_number)
    tally, keys, notes = Tally(), KeyIndex(job.contract), Notes()
    origin, newest = job.contract.key, None
    try:
        with sink, bad:
            for batch in sources.fetch(job.contract, job.day, job.window, notes):
                origin = batch.origin
                if batch.frame.is_empty() and sink.has_schema:
                    continue
                good, broken = split(job.check, batch.frame, tally)
                sink.write(good)
                if broken is not None:
                    bad.write(broken)
                keys.add(good)
                newest = _newest(newest, good, job.contract)
        deduplicated = drop_repeated(sink, job.contract, keys, job.run_id)
        check_shares(job.check, tally, deduplicated, origin)
        dead, replaced, compared = _bury(sink, job, sources)
        record = _record(
            job,
            sink,
            bad,
            # A total row repeats the rows above it: like a repeated key it is read and left out.
            extracted=tally.extracted + notes.skipped + dead,
            deduplicated=deduplicated + notes.skipped + replaced,
            tombstones=dead,
            compared=compared,
            files=None if notes.files is None else tuple(notes.files),
            newest=newest,
            seconds=time.monotonic() - started,
        )
        if job.previous is not None and _same(record, job.previous) and _in_place(job.home, job.previous):
            rejections.withdraw(job.home, job.previous)  # no load will be newer than what was stopped in between
            return job.previous
        bad_rows = bad.path if bad.rows else None
        if job.later is not None and _in_place(job.home, job.later):
            # Before the date is in place: a run that is killed in between lands it again, and no row is there twice.
            overlap.leave(Rewriter(job.home, job.run_id), job.later, sink.path, bad_rows, job.load_number + 1)
        commit.commit(job.home, commit.Staged(record, sink.path, bad_rows))
        return record
    finally:
        sink.path.unlink(missing_ok=True)
        bad.path.unlink(missing_ok=True)


def _bury(sink: store.ParquetSink, job: Job, sources: Sources) -> tuple[int, int, int]:
    """Add a row for each key that vanished from the source.

    Returns how many, how many rows of the day they replace, and how many keys were compared.
    """
    if job.others is None:
        return 0, 0, 0
    contract = job.contract
    dead, compared = tombstones(
        contract,
        job.day,
        bronze=job.home / "bronze",
        fresh=sink.path,
        others=job.others,
        existing=existing_keys(contract, sources.keys(contract)),
        known=job.previous.tombstones if job.previous is not None else 0,
    )
    if dead.is_empty():
        return 0, 0, compared
    before = sink.rows
    with store.ParquetSink(store.temporary(sink.path, job.run_id)) as target:
        for frame in store.frames(sink.path):
            target.write(frame.join(dead, on=list(contract.primary_key), how="anti", maintain_order="left"))
        replaced = before - target.rows
        target.write(dead)
    target.path.replace(sink.path)
    sink.rows = target.rows
    return dead.height, replaced, compared


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
    tombstones: int,
    compared: int,
    files: tuple[FileNote, ...] | None,
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
        tombstones=tombstones,
        compared=compared,
        files=files,
    )


def _same(new: LoadRecord, old: LoadRecord) -> bool:
    """Whether a load repeats what is there: the same rows, out of the same files where files are noted."""
    facts = [(r.sha256, r.quarantine_sha256, r.deduplicated, r.tombstones) for r in (new, old)]
    return facts[0] == facts[1] and (old.files is None or _contents(new) == _contents(old))


def _contents(record: LoadRecord) -> list[tuple[str, int, str | None, str | None]]:
    return [(file.name, file.bytes, file.sha256, file.problem) for file in record.files or ()]


def _in_place(home: Path, record: LoadRecord) -> bool:
    """Whether the files of a load are still what was landed: what was lost or damaged is landed again as a new load."""
    file = home / "bronze" / record.file
    return file.exists() and store.sha256(file) == record.sha256 and has_bad_rows(home, record)
