"""CSV: every field as text; of several delimiters the one that fits the header."""

import csv
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from orchestration.ingest.drift import gate
from orchestration.ingest.extract.batch import BadFileError
from orchestration.ingest.model import Contract

TAIL_BYTES = 1 << 16  # looked at for a last line that was cut off


def scan(contract: Contract, text: Path, origin: str) -> pl.LazyFrame:
    """The rows of a file in UTF-8. Raises BadFileError for one without header or with half a row at its end."""
    headers = {delimiter: _header(text, delimiter) for delimiter in contract.extraction.delimiter}
    delimiter = _fitting(contract, headers, origin)
    fields = len(headers[delimiter])
    if _is_cut(text, delimiter, fields, must_end=contract.extraction.final_newline):
        raise BadFileError("the file cannot be read: its last row is cut off")
    return pl.scan_csv(text, separator=delimiter, infer_schema=False, quote_char='"')


def _header(text: Path, delimiter: str) -> list[str]:
    with text.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines, delimiter=delimiter), None)
    if not header:
        raise BadFileError("the file cannot be read: it has no header")
    return header


def _fitting(contract: Contract, headers: dict[str, list[str]], origin: str) -> str:
    """The delimiter under which the header has all columns of the contract.

    Where none has them, the one that finds most: what is missing is then said in words.
    """
    wanted = {column.source_name for column in contract.columns if not column.source_name.startswith("$")}
    fitting = [delimiter for delimiter, header in headers.items() if wanted <= set(header)]
    if len(fitting) > 1 and any(headers[one] != headers[fitting[0]] for one in fitting):
        shown = " and ".join(repr(delimiter) for delimiter in fitting)
        raise gate(contract, f"its header fits more than one delimiter: {shown}", origin, "ask for one with fewer")
    return fitting[0] if fitting else max(headers, key=lambda one: (len(wanted & set(headers[one])), len(headers[one])))


def _is_cut(text: Path, delimiter: str, fields: int, *, must_end: bool) -> bool:
    """Whether the last line has no end although it must, or no end and fewer fields than the header."""
    with text.open("rb") as content:
        size = content.seek(0, 2)
        content.seek(max(0, size - TAIL_BYTES))
        tail = content.read()
    if not tail or tail.endswith((b"\n", b"\r")):
        return False
    if must_end:
        return True
    last = tail.replace(b"\r", b"\n").rsplit(b"\n", 1)[-1].decode("utf-8", errors="replace")
    rows: Sequence[list[str]] = list(csv.reader([last], delimiter=delimiter))
    return len(rows[0] if rows else []) < fields
