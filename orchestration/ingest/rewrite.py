"""Bronze and quarantine rewritten in place of a new delivery: a new load for each partition that changes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from orchestration.ingest import commit, manifest, store
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.quarantine_sink import digest_of

Change = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Rewriter:
    """`run_id` names the loads it makes. The writer's lock is held and bronze is repaired."""

    home: Path
    run_id: str

    def load(self, record: LoadRecord, change: Change) -> LoadRecord:
        """The current load of a partition under a new number, its good and its bad rows changed; rows may get fewer."""
        number = max(one.load_number for one in manifest.read(self.home)) + 1
        final = self.home / "bronze" / record.file
        sink = store.ParquetSink(store.temporary(final, self.run_id))
        bad, bad_file = None, None
        try:
            with sink:
                for frame in store.frames(final):
                    sink.write(change(frame))
            quarantined, digest = 0, None
            if record.quarantine_file is not None:
                source = self.home / "quarantine" / record.quarantine_file
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
        """The bad rows of a load that was replaced, changed where they are."""
        file = self.home / "quarantine" / str(record.quarantine_file)
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
