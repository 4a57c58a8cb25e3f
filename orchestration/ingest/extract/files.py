"""Dropped files: Excel, CSV, Parquet and JSON lines, read as text or exact types, never inferred."""

import csv
import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl

from orchestration.errors import UnavailableError
from orchestration.ingest.drift import check_columns, check_types, gate
from orchestration.ingest.extract import delimited, excel, json_lines
from orchestration.ingest.extract.batch import BATCH_ROWS, BadFileError, Batch, Notes, batches
from orchestration.ingest.extract.listing import FORBIDDEN, LOCKED, Folders, Found, digest, folder_of, pattern_of
from orchestration.ingest.extract.plain import plain
from orchestration.ingest.extract.repair import padded
from orchestration.ingest.extract.share import is_broken, unavailable
from orchestration.ingest.manifest import FileNote
from orchestration.ingest.model import Contract
from orchestration.ingest.reasons import RAGGED
from orchestration.ingest.store import FULL

FILE, ROW = "$file", "$row"
OURS = (FILE, ROW, RAGGED)
HELD_ROWS = 4 * BATCH_ROWS  # of a file that may turn out broken at its end: more of them, and it is read twice
UNREADABLE = (pl.exceptions.PolarsError, ValueError, gzip.BadGzipFile, zlib.error, EOFError, csv.Error)
# Polars reads ahead in pieces of this size: with 2 MB a CSV file needs 290 MB of memory in place of 530 (5M rows),
# for the same CPU time.
os.environ.setdefault("POLARS_CSV_CHUNK_SIZE", "2000000")


def read_files(contract: Contract, day: date, scratch: Path, notes: Notes) -> Iterator[Batch]:
    """The rows of all files of a date, in the order of the file names; each file is noted.

    A file of other columns raises GateError and names it. So does an empty, locked or unreadable one, unless the
    contract says `onBadFile: skip`. A locked one, and a date without files unless the contract says `onMissing: empty`,
    raise UnavailableError: they may come yet. So does one that its share no longer gives, whatever the contract says.
    """
    root, pattern = folder_of(contract), pattern_of(contract, day)
    files = Folders(root).find(pattern)
    if not files and contract.extraction.on_missing == "block":
        raise UnavailableError(
            f"{contract.key} is not landed: there is no file for {day}",
            str(root / pattern),
            "the previous data stay; wait for it, then run again",
            is_late=True,
        )
    notes.files, is_empty = [], True
    for file in files:
        rows, sha256, problem = 0, None, None
        try:
            sha256 = digest(file)
            for frame in _rows(contract, file, scratch, notes):
                rows, is_empty = rows + frame.height, False
                yield Batch(str(file.path), frame)
        except BadFileError as error:
            if contract.extraction.on_bad_file == "block" and str(error) in (LOCKED, FORBIDDEN):
                raise UnavailableError(
                    f"{contract.key} is not landed: {error}",
                    str(file.path),
                    "the previous data stay; close it, or give the right to read it, then run again",
                ) from error
            if contract.extraction.on_bad_file == "block":
                raise gate(contract, str(error), str(file.path), "ask for it again, then run again") from error
            problem = str(error)
        notes.files.append(FileNote(file.name, rows, file.bytes, problem, file.mtime, sha256))
    if is_empty:
        yield Batch(contract.key, _nothing(contract))


def _rows(contract: Contract, file: Found, scratch: Path, notes: Notes) -> Iterator[pl.DataFrame]:
    """The frames of a file in the source's columns, with its name and the number of each row from 1."""

    def frames() -> Iterator[pl.DataFrame]:
        try:
            yield from _frames(contract, file.path, scratch)
        except (BadFileError, OSError, *UNREADABLE) as error:
            if isinstance(error, OSError) and error.errno in FULL:
                raise
            if is_broken(error, file.path):
                raise unavailable(error, file.path) from error
            if isinstance(error, BadFileError):
                raise
            raise BadFileError(f"the file cannot be read: {str(error).strip().splitlines()[0]}") from error

    first = 1
    for frame in _complete(frames) if contract.extraction.on_bad_file == "skip" else frames():
        numbered = frame.with_columns(
            pl.lit(_stem(file.path)).alias(FILE),
            pl.int_range(first, first + frame.height, dtype=pl.Int64).alias(ROW),
            *padded(contract, frame),
        )
        first += frame.height
        records = _records(contract, _checked(contract, numbered, str(file.path)))
        notes.skipped += frame.height - records.height
        yield records


def _complete(frames: Callable[[], Iterator[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
    """The frames of a file, of which none is given before the last one was read: half a file must not land."""
    held, rows = [], 0
    for frame in frames():
        rows += frame.height
        if rows <= HELD_ROWS:
            held.append(frame)
        else:
            held = []
    yield from held if rows <= HELD_ROWS else frames()


def _frames(contract: Contract, file: Path, scratch: Path) -> Iterator[pl.DataFrame]:
    match contract.extraction.format:
        case "excel":
            yield excel.sheet(contract, file)
        case "parquet":
            yield from batches(pl.scan_parquet(file, glob=False))
        case "jsonl":
            with plain(file, ("utf-8",), scratch) as text:
                yield from batches(json_lines.scan(contract, text, str(file)))
        case _:
            with plain(file, contract.extraction.encoding, scratch) as text:
                yield from delimited.frames(contract, text, str(file))


def _checked(contract: Contract, frame: pl.DataFrame, origin: str) -> pl.DataFrame:
    wanted = {column.source_name for column in contract.columns}
    check_columns(contract, [name for name in frame.columns if name not in OURS or name in wanted], origin)
    check_types(contract, frame.schema, origin)
    return frame


def _records(contract: Contract, frame: pl.DataFrame) -> pl.DataFrame:
    """Without the rows whose first cell is one of the contract's skipRows, in any case and with or without a colon."""
    words = [word.strip().rstrip(":").lower() for word in contract.extraction.skip_rows]
    if not words or not frame.height:
        return frame
    first = pl.col(frame.columns[0]).str.strip_chars().str.strip_chars_end(":").str.to_lowercase()
    return frame.filter(~first.is_in(words).fill_null(False))


def _nothing(contract: Contract) -> pl.DataFrame:
    return pl.DataFrame(schema={column.source_name: pl.String for column in contract.columns})


def _stem(file: Path) -> str:
    return file.name.removesuffix(".gz").rsplit(".", 1)[0]
