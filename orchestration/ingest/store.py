"""Files that appear whole or not at all: written under a temporary name, synced, then renamed."""

import errno
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.durable import sync
from orchestration.errors import GhalaError

# Rows of a row group: 100,000 keep the writer's memory below 100 MB on tables of 20 columns.
ROW_GROUP = 100_000
# Measured on 1M movements (CPU seconds, MB): pyarrow's defaults at level 3 take 0.50 and 26.9; a dictionary that gives
# up early on columns without repeats 0.38 and 20.9; with times as differences 0.33 and 20.0 (DuckDB's COPY: 18.9 MB).
ZSTD_LEVEL = 3
DICTIONARY_BYTES = 128 * 1024
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def temporary(final: Path, run_id: str) -> Path:
    """The temporary name beside a file: hidden, and without a suffix that a glob over bronze would find."""
    return final.with_name(f".{final.name}.{run_id}.tmp")


class ParquetSink:
    """Writes frames of one schema into a temporary file; the same frames give the same bytes.

    Used with `with`: leaving it finishes and syncs the file, an exception removes it. No frame, no file.
    """

    def __init__(self, path: Path, metadata: Mapping[str, str] | None = None) -> None:
        self.path, self.rows = path, 0
        self._metadata = dict(metadata or {})
        self._buffer: list[pa.Table] = []
        self._buffered = 0
        self._writer: pq.ParquetWriter | None = None

    @property
    def has_schema(self) -> bool:
        """Whether a frame was written: from then on a frame without rows adds nothing."""
        return self._writer is not None or bool(self._buffer)

    def write(self, frame: pl.DataFrame) -> None:
        if frame.height or not self.has_schema:  # the first frame gives the schema, even without rows
            # Converted at once: a few strings of a Polars frame would keep the batch they were cut from in memory.
            self._buffer.append(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        self._buffered += frame.height
        self.rows += frame.height
        if self._buffered >= ROW_GROUP:
            self._flush()

    def __enter__(self) -> "ParquetSink":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._buffer:
                self._flush()
            if self._writer is not None:
                self._writer.close()
                if kind is None:
                    sync(self.path)
        except OSError:
            self.path.unlink(missing_ok=True)
            if kind is None:
                raise
        if kind is not None:
            self.path.unlink(missing_ok=True)

    def _flush(self) -> None:
        table = pa.concat_tables(self._buffer)
        self._buffer, self._buffered = [], 0
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            schema = table.schema.with_metadata(self._metadata) if self._metadata else table.schema
            times = [field.name for field in schema if pa.types.is_timestamp(field.type)]
            self._writer = pq.ParquetWriter(
                self.path,
                schema,
                compression="zstd",
                compression_level=ZSTD_LEVEL,
                store_decimal_as_integer=True,
                use_dictionary=[field.name for field in schema if field.name not in times],
                dictionary_pagesize_limit=DICTIONARY_BYTES,
                column_encoding=dict.fromkeys(times, "DELTA_BINARY_PACKED"),
            )
        self._writer.write_table(table.replace_schema_metadata(None), row_group_size=max(table.num_rows, 1))


def frames(path: Path) -> Iterator[pl.DataFrame]:
    """The row groups of a Parquet file, one frame each; a file without rows gives one empty frame."""
    with pq.ParquetFile(path) as file:
        for group in range(max(file.num_row_groups, 1)):
            table = file.read_row_group(group) if file.num_row_groups else file.schema_arrow.empty_table()
            frame = pl.from_arrow(table)
            if isinstance(frame, pl.DataFrame):
                yield frame


def sha256(path: Path) -> str:
    """The hash of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def move(source: Path, target: Path) -> None:
    """Rename over the target, durably."""
    source.replace(target)
    sync(target.parent)


def write_text(path: Path, text: str) -> None:
    """Write a small file durably; a reader must expect a torn one."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def space(home: Path, what: str) -> Iterator[None]:
    """Turns «no space left» into an error that says so."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise GhalaError(
            f"there is no space left to write {what} ({error.strerror})",
            str(home),
            "free disk space and run again; what had landed before is intact",
        ) from error
