"""CSV: every field as text; of several delimiters the one that fits the header."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from orchestration.ingest.drift import gate
from orchestration.ingest.extract.batch import BadFileError, batches
from orchestration.ingest.model import Contract
from orchestration.ingest.reasons import RAGGED

TAIL_BYTES = 1 << 16  # looked at for a last line that was cut off
SURPLUS = "$surplus_"  # prefix of the columns without a header


def frames(contract: Contract, text: Path, origin: str) -> Iterator[pl.DataFrame]:
    """The rows of a file in UTF-8, the first frame without rows; RAGGED marks those with more fields than the header.

    Raises BadFileError for a file without header or with half a row at its end.
    """
    header, delimiter = _dialect(contract, text, origin)
    given = 0
    try:
        for frame in batches(as_text(text, delimiter)):
            given += frame.height
            yield frame
    except pl.exceptions.ComputeError:
        width = widest(text, delimiter)[0]
        if width <= len(header):
            raise
        yield from batches(ragged(text, delimiter, width).slice(given))


def as_text(text: Path, delimiter: str) -> pl.LazyFrame:
    """Every field as text; a row with more fields than the header is an error."""
    return pl.scan_csv(text, separator=delimiter, infer_schema=False, quote_char='"', glob=False)


def ragged(text: Path, delimiter: str, width: int) -> pl.LazyFrame:
    """All rows of a file whose widest row has `width` fields: surplus ones follow the text of the last column."""
    header = as_text(text, delimiter).collect_schema().names()
    surplus = [f"{SURPLUS}{n}" for n in range(width - len(header))]
    schema = dict.fromkeys((*header, *surplus), pl.String)
    rows = pl.scan_csv(
        text,
        separator=delimiter,
        schema=schema,
        quote_char='"',
        has_header=False,
        skip_rows=1,
        glob=False,
        missing_columns="insert",  # the first row may be a short one
    )
    is_ragged = pl.any_horizontal(pl.col(surplus).is_not_null())
    whole = pl.concat_str(pl.col(header[-1], *surplus).fill_null(""), separator=delimiter)
    last = pl.when(is_ragged).then(whole.str.strip_chars_end(delimiter)).otherwise(pl.col(header[-1])).alias(header[-1])
    return rows.with_columns(last, is_ragged.alias(RAGGED)).drop(surplus)


def widest(text: Path, delimiter: str) -> tuple[int, int]:
    """The most fields of a row, and the line of the first such row."""
    most, line = 0, 0
    with text.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter)
        for row in reader:
            if len(row) > most:
                most, line = len(row), reader.line_num
    return most, line


def _dialect(contract: Contract, text: Path, origin: str) -> tuple[list[str], str]:
    headers = {delimiter: _header(text, delimiter) for delimiter in contract.extraction.delimiter}
    delimiter = _fitting(contract, headers, origin)
    header = headers[delimiter]
    if _is_cut(text, delimiter, len(header), must_end=contract.extraction.final_newline):
        raise BadFileError("the file cannot be read: its last row is cut off")
    return header, delimiter


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
