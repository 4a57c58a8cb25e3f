"""A spreadsheet of which nothing is known: the sheet with the most cells, its header where the table begins."""

from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

HEADER_ROWS = 50
TOTALS = ("total", "grand total", "sum", "jumla")


def sheet(file: Path, wanted: str | None = None) -> tuple[pl.DataFrame, dict[str, Any], list[str], list[str]]:
    """The rows as text, what the contract must say to read them, doubts, and no dropped columns."""
    try:
        book = fastexcel.read_excel(file)
        cells = {name: book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names}
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    if wanted is not None and wanted not in cells:
        raise ValueError(f"it has no sheet '{wanted}' but {', '.join(cells)}")
    name = wanted or max(cells, key=lambda one: cells[one].height * cells[one].width)
    if cells[name].is_empty():
        raise ValueError("no sheet has a cell")
    frame, doubts = _table(cells[name])
    how: dict[str, Any] = {"sheet": name} if len(cells) > 1 else {}
    if len(cells) > 1:
        doubts.append(f"it has {len(cells)} sheets, of which '{name}' is the largest")
    totals = _totals(frame)
    if totals:
        how["skipRows"] = totals
        doubts.append(f"rows that begin with {' or '.join(totals)} are taken as sums and left out")
    return frame, how, doubts, []


def _table(cells: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Below the first row in which most of the columns that are used have a text."""
    used = [column for column in cells.columns if cells[column].null_count() < cells.height]
    rows = cells.select(used).head(HEADER_ROWS).rows()
    filled = [sum(1 for cell in row if (cell or "").strip()) for row in rows]
    header = next(n for n, count in enumerate(filled) if count >= 0.8 * max(filled))
    names: dict[str, str] = {}
    doubts = [f"its header is taken to be row {header + 1}"] if header else []
    for column, text in zip(used, rows[header], strict=True):
        names[column] = (text or "").strip() or f"column {cells.columns.index(column) + 1}"
    below = cells.select(used).slice(header + 1).filter(~pl.all_horizontal(pl.all().is_null()))
    if len(set(names.values())) < len(names):
        twins = sorted({text for text in names.values() if list(names.values()).count(text) > 1})
        raise ValueError(f"columns stand twice in its header: {', '.join(twins)}")
    return below.rename(names), doubts


def _totals(frame: pl.DataFrame) -> list[str]:
    first = frame.to_series(0).str.strip_chars().str.strip_chars_end(":")
    found = first.filter(first.str.to_lowercase().is_in(list(TOTALS))).unique().sort()
    return [str(word) for word in found]
