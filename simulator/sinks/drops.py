"""Excel drops of the warehouse system: one small workbook per warehouse and day."""

from __future__ import annotations

import io
import os
import shutil
from datetime import date, datetime
from pathlib import Path

import numpy as np
import xlsxwriter

from simulator.clock import EAT_OFFSET
from simulator.files import sync_folder
from simulator.frames import Frame, take
from simulator.masters.text import Texts, bins
from simulator.masters.words import CATEGORIES, FIRST_NAMES
from simulator.masters.world import World
from simulator.sinks.rows import pick

HEADER = ("SKU", "Desc", "Bin", "Qty", "UOM", "Counted At", "Counter")
CREATED = datetime(2000, 1, 1)  # a fixed time in the file's properties: the same input gives the same bytes


def _workbook(rows: list[tuple[object, ...]]) -> bytes:
    """The bytes of one workbook with sheet `Stock`."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet("Stock")
        for number, row in enumerate([HEADER, *rows]):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def _rows(frame: Frame, world: World, texts: Texts) -> list[tuple[object, ...]]:
    at = np.datetime_as_string((frame["at"] + EAT_OFFSET).astype("datetime64[us]"), unit="s").tolist()
    unit = [CATEGORIES[n].uom for n in world.line[frame["sku"]].tolist()]
    counter = [FIRST_NAMES[n % 32] for n in frame["counter"].tolist()]
    return list(zip(
        pick(texts.sku, frame["sku"]), pick(texts.product, frame["sku"]),
        bins(world, frame["site"] * world.skus + frame["sku"]), frame["qty"].tolist(), unit,
        [text.replace("T", " ") for text in at], counter, strict=True,
    ))  # fmt: skip


def workbooks(counts: Frame, business_date: date, world: World, texts: Texts) -> dict[str, bytes]:
    """One workbook per warehouse, also when it had nothing to count: {file name: content}."""
    books = {}
    for site, code in enumerate(texts.site):
        rows = _rows(take(counts, counts["site"] == site), world, texts)
        books[f"stock_{business_date:%Y%m%d}_{code}.xlsx"] = _workbook(rows)
    return books


def write_drop(folder: Path, business_date: date, books: dict[str, bytes]) -> None:
    """Put the day's files at <folder>/YYYY/MM/DD in one step; a former drop of the day is replaced."""
    target = folder / f"{business_date:%Y/%m/%d}"
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    for name, content in books.items():
        (temporary / name).write_bytes(content)
    if target.exists():
        shutil.rmtree(target)
    temporary.replace(target)
    sync_folder(target.parent)


def sweep(folder: Path) -> None:
    """Delete what a killed writer left."""
    for path in folder.glob("*/*/.*.tmp"):
        shutil.rmtree(path, ignore_errors=True)
