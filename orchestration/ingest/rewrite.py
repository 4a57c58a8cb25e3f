"""Bronze and quarantine rewritten in place of a new delivery: a new load for each partition that changes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from orchestration.errors import GhalaError
from orchestration.ingest import commit, manifest, store
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.quarantine_sink import digest_of

Change = Callable[[pl.DataFrame], pl.DataFrame]


def bad_rows_file(home: Path, record: LoadRecord, is_current: bool) -> Path | None:
    """Where the bad rows of a load are. None without any, and for those of a replaced load that a vacuum has removed.

    Raises GhalaError when those of a current load are gone.
    """
    if record.quarantine_file is None:
        return None
    file = home / "quarantine" / record.quarantine_file
    if file.is_file():
        return file
    if is_current:
        raise bad_rows_lost(home, record)
    return None


def bad_rows_lost(home: Path, record: LoadRecord) -> GhalaError:
    """The error of a current load whose bad rows are gone or cannot be read."""
    return GhalaError(
        f"the bad rows of load {record.load_number} are gone, and no later load has taken its place",
        str(home / "quarantine" / str(record.quarantine_file)),
        "restore it from a backup, or land the day again: ghala verify --repair; then type the same command again",
    )


def check_files(home: Path, current: Iterable[LoadRecord]) -> None:
    """Raises GhalaError when a file of a current load is gone: to be asked before the first file is changed."""
    for record in current:
        file = home / "bronze" / record.file
        if not file.is_file():
            raise GhalaError(
                f"the file of load {record.load_number} is gone, and no later load has taken its place",
                str(file),
                "restore it from a backup, or land it again: ghala verify --repair; then type the same command again",
            )
        bad_rows_file(home, record, is_current=True)


@dataclass(frozen=True)
class Rewriter:
    """`run_id` names the loads it makes. The writer's lock is held and bronze is repaired."""

    home: Path
    run_id: str

    def load(self, record: LoadRecord, change: Change, number: int | None = None) -> LoadRecord:
        """The current load of a partition under a new number, its good and its bad rows changed; rows may get fewer."""
        number = number or manifest.newest_number(self.home) + 1
        final = self.home / "bronze" / record.file
        sink = store.ParquetSink(store.temporary(final, self.run_id))
        bad, bad_file = None, None
        try:
            with sink:
                for frame in store.frames(final):
                    sink.write(change(frame))
            quarantined, digest = 0, None
            source = bad_rows_file(self.home, record, is_current=True)
            if source is not None:
                target = source.with_name(f"{record.table}.{number}.parquet")
                bad = store.temporary(target, self.run_id)
                quarantined, digest = self._bad_rows(source, bad, change, number)
                bad_file = target.relative_to(self.home / "quarantine").as_posix() if quarantined else None
            gone = record.rows - sink.rows + record.quarantined - quarantined
            after = replace(
                record,
                load_number=number,
                rows=sink.rows,
                bytes=sink.path.stat().st_size,
                sha256=store.sha256(sink.path),
                extracted=record.extracted - gone,
                quarantined=quarantined,
                quarantine_file=bad_file,
                quarantine_sha256=digest,
                run_id=self.run_id,
                loaded_at=datetime.now(UTC).isoformat(timespec="microseconds"),
                seconds=0.0,
            )
            commit.commit(self.home, commit.Staged(after, sink.path, bad if bad_file else None))
            return after
        finally:
            sink.path.unlink(missing_ok=True)
            if bad is not None:
                bad.unlink(missing_ok=True)

    def old_quarantine(self, record: LoadRecord, change: Change) -> None:
        """The bad rows of a load that was replaced, changed where they are; none where a vacuum has removed them."""
        file = bad_rows_file(self.home, record, is_current=False)
        if file is None:
            return
        beside = store.temporary(file, self.run_id)
        self._bad_rows(file, beside, change, record.load_number)
        store.move(beside, file)

    def _bad_rows(self, source: Path, target: Path, change: Change, number: int) -> tuple[int, str | None]:
        """Rows written and their digest."""
        metadata = {key.decode(): text.decode() for key, text in (pq.read_metadata(source).metadata or {}).items()}
        frame = change(pl.read_parquet(source)).with_columns(pl.lit(number, dtype=pl.Int64).alias("_load"))
        with store.ParquetSink(target, {key: metadata[key] for key in metadata if key.startswith("ghala.")}) as sink:
            sink.write(frame)
        return frame.height, digest_of(frame) if frame.height else None
