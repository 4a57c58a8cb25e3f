"""Schema drift in the files of one table on one day."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from simulator.dirt.codecs import CsvSheet, Workbook, decode
from simulator.dirt.drift import ADDED, KINDS, RowDrift, as_text, kind_today
from simulator.dirt.scene import Item, Row, Scene

Files = dict[str, bytes]


def _rows(path: str, content: bytes) -> list[Row]:
    if path.endswith(".parquet"):
        return pl.read_parquet(content).head(50).rows(named=True)
    sheet = decode(path, content)
    return [] if sheet is None else [sheet.load(line) for line in sheet.lines]


@dataclass(frozen=True)
class FileDrift:
    """The change of all files of one table."""

    drift: RowDrift

    @property
    def table(self) -> str:
        """First part of the files' names."""
        return self.drift.table

    @property
    def item(self) -> Item:
        """Its line of the truth file."""
        return self.drift.item(self.drift.table)

    def _row(self, row: Row, *, text: bool) -> Row:
        if text and self.drift.kind == "drift_type":
            name = self.drift.column
            return {**row, name: as_text(row[name])}
        return self.drift.row(row)

    def file(self, path: str, content: bytes) -> bytes:
        """One file in the changed schema."""
        if path.endswith(".parquet"):
            return self._parquet(content)
        sheet = decode(path, content)
        if sheet is None:
            return content
        text = isinstance(sheet, CsvSheet | Workbook)
        if isinstance(sheet, CsvSheet):
            rows = [self._row(sheet.load(line), text=text) for line in sheet.lines]
            names = list(self._row(dict.fromkeys(sheet.columns, ""), text=False))
            sheet.lines = [sheet.dump(row) for row in rows]
            buffer = io.StringIO()
            csv.writer(buffer, delimiter=sheet.separator, lineterminator="").writerow(names)
            sheet.header = buffer.getvalue()
            return sheet.encode()
        sheet.lines = [sheet.dump(self._row(sheet.load(line), text=text)) for line in sheet.lines]
        if isinstance(sheet, Workbook):
            sheet.columns = list(self._row(dict.fromkeys(sheet.columns), text=False))
        return sheet.encode()

    def _parquet(self, content: bytes) -> bytes:
        frame, name = pl.read_parquet(content), self.drift.column
        if self.drift.kind == "drift_added":
            frame = frame.with_columns(pl.lit(1).alias(ADDED))
        elif self.drift.kind == "drift_dropped":
            frame = frame.drop(name)
        elif self.drift.kind == "drift_rename":
            frame = frame.rename({name: f"{name}_v2"})
        else:
            frame = frame.with_columns(pl.format("ca. {}", pl.col(name)).alias(name))
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        return buffer.getvalue()


def drifted(scene: Scene, source: str, files: Files, table_of: Callable[[str], str]) -> FileDrift | None:
    """The drift of this day, None on nearly all days."""
    if not any(kind in scene.rates for kind in KINDS) or kind_today(scene, source) is None:
        return None
    tables: dict[str, list[Row]] = {}
    for path, content in files.items():
        tables.setdefault(table_of(path), []).extend(_rows(path, content))
    drift = RowDrift.of(scene, source, tables)
    return None if drift is None else FileDrift(drift)
