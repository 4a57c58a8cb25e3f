"""Files as landing would read them: their dialect is found out, nothing is typed that is text."""

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from orchestration.errors import GhalaError
from orchestration.ingest.extract.delimited import as_text, ragged, widest
from orchestration.ingest.extract.plain import plain
from orchestration.ingest.infer.keys import path_pattern
from orchestration.ingest.infer.model import Sample
from orchestration.ingest.reasons import RAGGED

FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".psv": "csv", ".xlsx": "excel", ".xls": "excel",
           ".xlsm": "excel", ".xlsb": "excel", ".ods": "excel", ".parquet": "parquet", ".jsonl": "jsonl",
           ".ndjson": "jsonl"}  # fmt: skip
DELIMITERS, QUOTED_LINES = (",", ";", "\t", "|", "^", "~"), 50
CELLS, ROWS = 20_000_000, 1_000_000  # read at most: about a gigabyte of short texts
PIECE = 1 << 20
BROKEN = (pl.exceptions.PolarsError, ValueError, OSError, EOFError, csv.Error)


def format_of(file: Path) -> str:
    """csv, excel, parquet or jsonl, by the file's name. Raises GhalaError for another one."""
    suffix = Path(file.name.removesuffix(".gz")).suffix.lower()
    if suffix not in FORMATS:
        raise GhalaError(
            f"the name of the file does not say what it is ({suffix or 'it has no ending'})",
            str(file),
            f"rename it; known are {', '.join(sorted(FORMATS))}, the texts also with .gz",
        )
    return FORMATS[suffix]


def read(file: Path, source: str, *, sheet: str | None = None) -> Sample:
    """The rows of a file, or of one sheet of a workbook. Raises GhalaError for one that is empty or cannot be read."""
    file = file.absolute()
    format_ = format_of(file)
    if file.stat().st_size == 0:
        raise GhalaError("the file is empty (0 bytes)", str(file), "ask for it again")
    folder, path = path_pattern(file)
    how: dict[str, Any] = {"type": "files", "connection": source, "path": path, "format": format_}
    try:
        frame, more, doubts, dropped = _excel(file, sheet) if format_ == "excel" else _READERS[format_](file)
    except BROKEN as error:
        text = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise GhalaError(f"the file cannot be read: {text}", str(file), "ask for it again, or correct it") from error
    if not frame.height:
        doubts = [*doubts, "it has no row: every column is taken as text"]
    rows = frame.height
    limit = limit_of(frame.width)
    setting = (f"GHALA_{source.upper()}_DIR", str(folder))
    return Sample(
        str(file), frame.head(limit), how | more, setting, tuple(doubts), tuple(dropped), is_partial=rows > limit
    )


def limit_of(columns: int) -> int:
    """The most rows that are read of so many columns."""
    return min(ROWS, max(1000, CELLS // max(columns, 1)))


Read = tuple[pl.DataFrame, dict[str, Any], list[str], list[str]]


def _csv(file: Path) -> Read:
    encoding, doubts = encoding_of(file)
    with _text(file, encoding) as text:
        delimiter, header = _dialect(text)
        lazy = as_text(text, delimiter)
        limit = limit_of(len(header)) + 1
        try:
            frame = lazy.head(limit).collect()
        except pl.exceptions.ComputeError:
            width, line = widest(text, delimiter)
            frame = ragged(text, delimiter, width).head(limit).filter(~pl.col(RAGGED)).drop(RAGGED).collect()
            doubts.append(f"line {line} has {width} fields and the header {len(header)}: such a row goes to quarantine")
    how: dict[str, Any] = {} if delimiter == "," else {"delimiter": delimiter}
    if encoding != "utf-8":
        # Where one file is not UTF-8, the next one may be: the whole file tells.
        how["encoding"] = encoding if encoding == "utf-16" else ["utf-8", encoding]
    if odd := [name for name in frame.columns if not name.strip() or "_duplicated_" in name]:
        doubts.append(f"{len(odd)} columns have no name of their own in the header")
    return frame, how, doubts, []


def encoding_of(file: Path) -> tuple[str, list[str]]:
    """The encoding of a text file, and what is doubtful about it."""
    opened = gzip.open if file.suffix == ".gz" else open
    bad, high, line = 0, False, 0
    with opened(file, "rb") as content:
        if content.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16", []
        content.seek(0)
        valid = 0
        for number, row in enumerate(content, 1):
            if row.isascii():
                continue
            try:
                row.decode("utf-8")
                valid += 1
            except UnicodeDecodeError:
                bad, line = bad + 1, line or number
                high = high or any(0x80 <= byte <= 0x9F for byte in row)  # noqa: PLR2004
    if not bad:
        return "utf-8", []
    encoding = "cp1252" if high else "latin-1"
    doubts = [f"it is no UTF-8 (line {line}): taken as {encoding}"]
    if valid:
        doubts = [
            f"{valid} lines are UTF-8 and {bad} are not (line {line}): read as {encoding}, so some letters are wrong"
        ]
    return encoding, doubts


@contextmanager
def _text(file: Path, encoding: str) -> Iterator[Path]:
    with TemporaryDirectory(prefix="ghala-") as scratch, plain(file, (encoding,), Path(scratch)) as text:
        yield text


def _dialect(text: Path) -> tuple[str, list[str]]:
    """The delimiter under which the first lines have the same number of fields, and the most of them."""
    found: list[tuple[tuple[bool, int], str, list[str]]] = []
    for delimiter in DELIMITERS:
        with text.open(encoding="utf-8-sig", newline="") as lines:
            rows = [row for row, _ in zip(csv.reader(lines, delimiter=delimiter), range(QUOTED_LINES), strict=False)]
        widths = [len(row) for row in rows if row]
        if widths:
            usual = sum(width == widths[0] for width in widths) / len(widths)
            found.append(((widths[0] > 1 and usual > 0.8, widths[0] if usual > 0.8 else 1), delimiter, rows[0]))  # noqa: PLR2004
    if not found:
        raise csv.Error("it has no header")
    best = max(found, key=lambda one: one[0])
    return best[1], best[2]


def _parquet(file: Path) -> Read:
    lazy = pl.scan_parquet(file)
    schema = lazy.collect_schema()
    dropped = [
        name for name, type_ in schema.items() if type_.is_nested() or type_ in (pl.Binary, pl.Object, pl.Duration)
    ]
    frame = lazy.drop(dropped).head(limit_of(len(schema)) + 1).collect()
    return frame, {}, [], dropped


def _excel(file: Path, name: str | None) -> Read:
    from orchestration.ingest.infer.workbook import sheet  # noqa: PLC0415  (only Excel needs it)

    return sheet(file, name)


def _json_lines(file: Path) -> Read:
    from orchestration.ingest.infer.records import records  # noqa: PLC0415

    with _text(file, "utf-8") as text:
        return records(text, str(file))


_READERS = {"csv": _csv, "parquet": _parquet, "jsonl": _json_lines}
