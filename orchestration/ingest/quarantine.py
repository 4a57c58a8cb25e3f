"""What did not pass: listed per load, shown row by row with the reasons in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from orchestration.errors import GhalaError
from orchestration.ingest import manifest
from orchestration.ingest.check import REASONS
from orchestration.ingest.quarantine_sink import REASON_NAMES
from orchestration.ingest.reasons import decode
from orchestration.ingest.rewrite import bad_rows_lost


@dataclass(frozen=True)
class QuarantinedBatch:
    """The bad rows of one load: how many broke which rule. `is_current`: the load is the newest of its partition."""

    load_number: int
    source: str
    table: str
    logical_date: date
    rows: int
    reasons: dict[str, int]
    is_current: bool


def list_batches(home: Path, source: str | None = None, table: str | None = None) -> list[QuarantinedBatch]:
    """Every load with bad rows, newest first."""
    records = manifest.read(home)
    newest = manifest.current(records)
    return [
        QuarantinedBatch(
            record.load_number,
            record.source,
            record.table,
            record.logical_date,
            record.quarantined,
            _reasons(home / "quarantine" / record.quarantine_file),
            newest[record.partition] is record,
        )
        for record in reversed(records)
        if record.quarantine_file is not None and source in (None, record.source) and table in (None, record.table)
    ]


def show(home: Path, load_number: int) -> pl.DataFrame:
    """The bad rows of a load: their original text values, `_reasons` (bits) and `_broken` (list of rule names)."""
    records = manifest.read(home)
    found = next((r for r in records if r.load_number == load_number), None)
    if found is None or found.quarantine_file is None:
        raise GhalaError(
            f"load {load_number} has no quarantined rows",
            str(home / "quarantine"),
            "list the loads that have some: ghala quarantine list",
        )
    path = home / "quarantine" / found.quarantine_file
    if not path.is_file():
        if manifest.current(records)[found.partition] is found:
            raise bad_rows_lost(home, found)
        raise GhalaError(
            f"the rows of load {load_number} were removed: a later load took its place long ago",
            str(path),
            "list the loads whose rows are there: ghala quarantine list",
        )
    names = reason_names(path)
    frame = pl.read_parquet(path)
    words = [list(decode(mask, names)) for mask in frame[REASONS]]
    return frame.with_columns(pl.Series("_broken", words, dtype=pl.List(pl.String)))


def reason_names(path: Path) -> tuple[str, ...]:
    """The names of the reason bits of a quarantine file, as they were when it was written."""
    metadata = pq.read_metadata(path).metadata or {}
    text = metadata.get(REASON_NAMES.encode(), b"").decode()
    return tuple(text.split("\n")) if text else ()


def reasons_in(path: Path) -> dict[str, int]:
    """How many rows of a quarantine file broke which rule; a row may break several."""
    masks = pl.read_parquet(path, columns=[REASONS])[REASONS]
    return _per_reason(masks, reason_names(path))


def _reasons(path: Path) -> dict[str, int]:
    """As reasons_in; none for a file that a vacuum has removed."""
    return reasons_in(path) if path.is_file() else {}


def _per_reason(masks: pl.Series, names: Iterable[str]) -> dict[str, int]:
    counts = {name: int(((masks & (1 << i)) > 0).sum()) for i, name in enumerate(names)}
    return {name: count for name, count in counts.items() if count}
