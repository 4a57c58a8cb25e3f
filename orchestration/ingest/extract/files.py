"""Dropped files: Excel, CSV, Parquet and JSON lines, read as text or exact types, never inferred."""

import gzip
import os
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from orchestration.errors import GhalaError
from orchestration.ingest.drift import check_columns, check_types, gate
from orchestration.ingest.extract.batch import BATCH_ROWS, Batch, connection_setting
from orchestration.ingest.model import Contract

FILE, ROW = "$file", "$row"
DATE = re.compile(r"\{date:([^}]*)\}")
COPIED_BYTES = 1 << 20
# Polars reads ahead in pieces of this size: with 2 MB a CSV file needs 290 MB of memory in place of 530 (5M rows),
# for the same CPU time.
os.environ.setdefault("POLARS_CSV_CHUNK_SIZE", "2000000")


def read_files(contract: Contract, day: date, scratch: Path) -> Iterator[Batch]:
    """The rows of all files of a date, in the order of the file names.

    An unreadable, empty or different file raises GateError and names it; a missing one too, unless the contract
    says that a date may have none.
    """
    files = _files(contract, day)
    if not files:
        yield Batch(contract.key, _nothing(contract))
    for file in files:
        if file.stat().st_size == 0:
            raise gate(contract, "the file is empty (0 bytes)", str(file), "ask for it again, then run again")
        try:
            first = 1
            for frame in _frames(contract, file, scratch):
                numbered = frame.with_columns(
                    pl.lit(_stem(file)).alias(FILE),
                    pl.int_range(first, first + frame.height, dtype=pl.Int64).alias(ROW),
                )
                first += frame.height
                yield Batch(str(file), _checked(contract, numbered, str(file)))
        except (pl.exceptions.PolarsError, ValueError, gzip.BadGzipFile, EOFError) as error:
            text = str(error).strip().splitlines()[0]
            raise gate(contract, f"the file cannot be read: {text}", str(file), "ask for it again") from error


def _files(contract: Contract, day: date) -> list[Path]:
    how = contract.extraction
    root = Path(connection_setting(how.connection, "DIR", contract.file))
    if not root.is_dir():
        raise GhalaError(
            f"the folder of '{how.connection}' is not there",
            str(root),
            f"mount it, or correct GHALA_{how.connection.upper()}_DIR, then run again; the previous data stay",
        )
    pattern = DATE.sub(lambda match: day.strftime(match[1]), how.path or "*")
    found = sorted(path for path in root.glob(pattern) if path.is_file())
    if not found and how.on_missing == "block":
        raise gate(contract, f"there is no file for {day}", str(root / pattern), "wait for it, then run again")
    return found


def _frames(contract: Contract, file: Path, scratch: Path) -> Iterator[pl.DataFrame]:
    match contract.extraction.format:
        case "excel":
            yield _excel(contract, file)
        case "parquet":
            yield from _batches(pl.scan_parquet(file))
        case "jsonl":
            with _plain(file, "utf-8", scratch) as plain:
                names = pl.scan_ndjson(plain, infer_schema_length=None).collect_schema().names()
                yield from _batches(pl.scan_ndjson(plain, schema=dict.fromkeys(names, pl.String)))
        case _:
            with _plain(file, contract.extraction.encoding, scratch) as plain:
                yield from _batches(
                    pl.scan_csv(plain, separator=contract.extraction.delimiter, infer_schema=False, quote_char='"')
                )


def _batches(lazy: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    yield pl.DataFrame(schema=lazy.collect_schema())
    yield from lazy.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)


def _excel(contract: Contract, file: Path) -> pl.DataFrame:
    """A sheet as text: dates, ids and leading zeros stay as they were typed."""
    import fastexcel  # noqa: PLC0415  (only Excel needs it)

    try:
        book = fastexcel.read_excel(file)
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error)) from error
    sheet = contract.extraction.sheet
    if sheet is not None and sheet not in book.sheet_names:
        raise gate(contract, f"it has no sheet '{sheet}' but {', '.join(book.sheet_names)}", str(file))
    return book.load_sheet(sheet if sheet is not None else 0, dtypes="string").to_polars()


class _plain:  # noqa: N801  (reads like a function)
    """A file as plain UTF-8: itself, or an unpacked or recoded copy that is removed afterwards."""

    def __init__(self, file: Path, encoding: str, scratch: Path) -> None:
        self._packed, self._encoding = file.suffix == ".gz", encoding
        self._file, self._copy = file, scratch / f"{file.name}.plain"

    def __enter__(self) -> Path:
        if not self._packed and self._encoding == "utf-8":
            return self._file
        self._copy.parent.mkdir(parents=True, exist_ok=True)
        opened = gzip.open if self._packed else open
        with (
            opened(self._file, "rt", encoding=self._encoding, newline="") as source,
            self._copy.open("w", encoding="utf-8", newline="") as target,
        ):
            shutil.copyfileobj(source, target, COPIED_BYTES)
        return self._copy

    def __exit__(self, *_: object) -> None:
        self._copy.unlink(missing_ok=True)


def _checked(contract: Contract, frame: pl.DataFrame, origin: str) -> pl.DataFrame:
    wanted = {column.source_name for column in contract.columns}
    check_columns(contract, [name for name in frame.columns if name not in (FILE, ROW) or name in wanted], origin)
    check_types(contract, frame.schema, origin)
    return frame


def _nothing(contract: Contract) -> pl.DataFrame:
    return pl.DataFrame(schema={column.source_name: pl.String for column in contract.columns})


def _stem(file: Path) -> str:
    return file.name.removesuffix(".gz").rsplit(".", 1)[0]
