"""Writes the bad rows of a load beside bronze: original text, reasons, and where they came from."""

import hashlib
from datetime import date
from pathlib import Path

import polars as pl

from orchestration.ingest import store
from orchestration.ingest.check import Checker

FACTS = ("_source", "_table", "_date", "_load")  # where the rows come from
REASON_NAMES = "ghala.reasons"  # metadata of a quarantine file: the names of the bits, in order


class QuarantineSink(store.ParquetSink):
    """The quarantine file of one load, named after its load number; without bad rows no file is made."""

    def __init__(self, final: Path, run_id: str, check: Checker, day: date, load_number: int) -> None:
        names = "\n".join(reason.id for reason in check.reasons)
        super().__init__(store.temporary(final, run_id), {REASON_NAMES: names})
        self.final = final
        self._hash = hashlib.sha256()
        self._facts = [
            pl.lit(check.contract.source).alias("_source"),
            pl.lit(check.contract.table).alias("_table"),
            pl.lit(day).alias("_date"),
            pl.lit(load_number, dtype=pl.Int64).alias("_load"),
        ]

    @property
    def digest(self) -> str | None:
        """Of the rows without their load number: a second load of the same rows has the same digest."""
        return self._hash.hexdigest() if self.rows else None

    def write(self, frame: pl.DataFrame) -> None:
        self._hash.update(_line_by_line(frame))
        super().write(frame.with_columns(self._facts))


def digest_of(frame: pl.DataFrame) -> str:
    """The digest of a whole quarantine file."""
    return hashlib.sha256(_line_by_line(frame.drop(FACTS))).hexdigest()


def _line_by_line(frame: pl.DataFrame) -> bytes:
    return frame.write_csv(include_header=False).encode()
