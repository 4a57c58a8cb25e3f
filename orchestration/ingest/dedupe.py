"""Rows of one batch that repeat a key: one stays, the others are counted. Costs 8 bytes per row."""

import polars as pl

from orchestration.ingest import store
from orchestration.ingest.model import Contract

POSITION = "__position"
# Hashes are sorted an eighth at a time: the copy that a sort makes stays small (20M rows: 20 MB in place of 160).
BUCKETS = 8


class KeyIndex:
    """Collects a hash per key, so that a repeated key is noticed without keeping the rows."""

    def __init__(self, contract: Contract) -> None:
        self.keys = list(contract.primary_key)
        self._hashes: list[pl.Series] = []

    def add(self, frame: pl.DataFrame) -> None:
        if self.keys and frame.height:
            self._hashes.append(frame.select(self.keys).hash_rows())

    def repeated(self) -> pl.Series:
        """The hashes that occur more than once."""
        if len(self._hashes) == 1:
            return _twice(self._hashes[0])
        bounds = [2**64 * bucket // BUCKETS for bucket in range(BUCKETS)]
        found = [pl.Series([], dtype=pl.UInt64)]
        for low in bounds if self._hashes else []:
            high = low + 2**64 // BUCKETS - 1
            found.append(_twice(pl.concat([part.filter(part.is_between(low, high)) for part in self._hashes])))
        return pl.concat(found)


def _twice(hashes: pl.Series) -> pl.Series:
    if hashes.n_unique() == len(hashes):
        return hashes.clear()
    ordered = hashes.sort()
    return ordered.filter(ordered == ordered.shift()).unique()


def superseded(sink: store.ParquetSink, contract: Contract, repeated: pl.Series) -> pl.Series:
    """The positions (from 0) of rows that a row of the same key replaces: the newest cursor stays, of equals the last.

    Reads the finished temporary file again, but keeps only the rows whose key hash is repeated.
    """
    keys, cursor = list(contract.primary_key), contract.cursor_column
    offset, suspects = 0, []
    wanted = list(dict.fromkeys([*keys, *([cursor.name] if cursor else [])]))
    for frame in store.frames(sink.path):
        positions = pl.int_range(offset, offset + frame.height, eager=True).alias(POSITION)
        hit = frame.select(keys).hash_rows().is_in(repeated.implode())
        suspects.append(frame.select(wanted).with_columns(positions).filter(hit))
        offset += frame.height
    every = pl.concat(suspects)
    order = [cursor.name, POSITION] if cursor else [POSITION]
    newest = every.sort(order, nulls_last=False).group_by(keys).agg(pl.col(POSITION).last())
    return every[POSITION].filter(~every[POSITION].is_in(newest[POSITION].implode())).sort()


def rewrite(source: store.ParquetSink, target: store.ParquetSink, drop: pl.Series) -> None:
    """Copy the rows of one file into another, without those at the given positions."""
    offset = 0
    for frame in store.frames(source.path):
        positions = pl.int_range(offset, offset + frame.height, eager=True)
        target.write(frame.filter(~positions.is_in(drop.implode())))
        offset += frame.height


def drop_repeated(sink: store.ParquetSink, contract: Contract, keys: KeyIndex, run_id: str) -> int:
    """Rewrite a finished temporary file without the rows that another one of the same key replaces; their number."""
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
