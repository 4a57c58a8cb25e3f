"""A date that lands after a later one whose window had reached back over it: that one leaves its rows to the date."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from orchestration.ingest import store
from orchestration.ingest.check import REASONS, ROW
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.quarantine_sink import FACTS
from orchestration.ingest.rewrite import Rewriter

Current = Mapping[tuple[str, str, date], LoadRecord]
# Two, since with 64 bits of 10M rows against 10M one in 200,000 comparisons would take a row for another one.
SEEDS = (0, 1)


def reached_back(
    contract: Contract, day: date, days: Iterable[date], before: Current, current: Current
) -> LoadRecord | None:
    """The current load of the next landed date after one that has never landed: its window may have held that date.

    Only of a table with windows. `days` are its dates that are landed or asked for, `before` what had landed before
    this run: whatever lands in a run knows the dates that are asked for with it.
    """
    table = (contract.source, contract.table)
    if contract.extraction.type == "files" or contract.cursor_column is None or (*table, day) in before:
        return None
    later = next((one for one in sorted(days) if one > day and (*table, one) in before), None)
    return None if later is None else current[*table, later]


def leave(rewriter: Rewriter, later: LoadRecord, good: Path, bad: Path | None, number: int) -> LoadRecord | None:
    """Land a later load again, as `number`, without the rows that are in the finished files of an earlier date.

    Rows that have changed in their source since stay: nothing else has them. None where it holds none of the others.
    """
    home = rewriter.home
    pairs = [(home / "bronze" / later.file, good)]
    if bad is not None and later.quarantine_file is not None:
        pairs.append((home / "quarantine" / later.quarantine_file, bad))
    taken = {is_bad: _marks(fresh, _shared(held, fresh)) for is_bad, (held, fresh) in enumerate(pairs)}
    if not any(_holds(held, taken[is_bad]) for is_bad, (held, _) in enumerate(pairs)):
        return None
    return rewriter.load(later, partial(_without, taken), number)


Marks = tuple[list[str], pl.DataFrame]  # the columns that are compared, and the hashes of the rows to leave


def _shared(held: Path, fresh: Path) -> list[str]:
    """The columns of both files that come from the source."""
    ours, there = {REASONS, ROW, *FACTS}, pl.read_parquet_schema(fresh)
    return [name for name in pl.read_parquet_schema(held) if name in there and name not in ours]


def _marks(file: Path, names: list[str]) -> Marks:
    return names, pl.concat([_hashes(frame, names) for frame in store.frames(file)])


def _hashes(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    rows = frame.select(names)
    return pl.DataFrame({str(seed): rows.hash_rows(seed=seed) for seed in SEEDS})


def _holds(file: Path, taken: Marks) -> bool:
    return any(_is_taken(frame, taken).any() for frame in store.frames(file))


def _is_taken(frame: pl.DataFrame, taken: Marks) -> pl.Series:
    names, marks = taken
    hashes = _hashes(frame, names).with_row_index("row")
    hits = hashes.join(marks, on=[str(seed) for seed in SEEDS], how="semi")["row"]
    return hashes["row"].is_in(hits.implode())


def _without(taken: Mapping[int, Marks], frame: pl.DataFrame) -> pl.DataFrame:
    marks = taken.get(int(REASONS in frame.columns))
    return frame if marks is None else frame.filter(~_is_taken(frame, marks))
