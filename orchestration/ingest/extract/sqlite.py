"""SQLite: a table of a file, each value as the text that means it exactly."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl

from orchestration.errors import GhalaError, UnavailableError
from orchestration.ingest.drift import check_columns
from orchestration.ingest.extract.batch import BATCH_ROWS, Batch, connection_setting
from orchestration.ingest.model import Contract
from orchestration.ingest.plan import Window

BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
PRIMARY = 0xFF  # the kind of an error; higher bits are its reason
SECONDS = "%Y-%m-%d %H:%M:%S"  # as SQLite's datetime() writes them


def fetch(contract: Contract, window: Window) -> Iterator[Batch]:
    """Rows of the window, in the order of the key. A cursor that is no time is fetched with the first window."""
    file = Path(connection_setting(contract.extraction.connection, "FILE", contract.file))
    origin = f"{file} {contract.extraction.relation}"
    with closing(connect(file)) as database:
        try:
            names = columns(database, contract.extraction.relation or "", file)
            check_columns(contract, names, origin)
            yield Batch(origin, pl.DataFrame(schema=dict.fromkeys(names, pl.String)))
            statement, values = _statement(contract, window)
            for frame in frames(database.execute(statement, values), names):
                yield Batch(origin, frame)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & PRIMARY in BUSY:
                raise locked(file, error) from error
            raise GhalaError(
                f"{contract.key} cannot be read: {error}",
                origin,
                "check the file and its table, then run again; the previous data stay",
            ) from error


def connect(file: Path) -> sqlite3.Connection:
    """The database, to be read only. Raises GhalaError for a file that is not there or no database."""
    try:
        if not file.is_file():
            raise FileNotFoundError(file)
        database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
        database.execute("PRAGMA schema_version")
    except (sqlite3.Error, OSError) as error:
        if getattr(error, "sqlite_errorcode", 0) & PRIMARY in BUSY:
            raise locked(file, error) from error
        raise GhalaError(f"the file is no SQLite database: {error}", str(file), "correct its path") from error
    return database


def locked(file: Path, error: Exception) -> UnavailableError:
    """The error of a database that another process is writing."""
    what = f"the SQLite file cannot be read: {error}"
    return UnavailableError(what, str(file), "wait until its writer has ended, then run again; the previous data stay")


def columns(database: sqlite3.Connection, relation: str, file: Path) -> list[str]:
    """The column names of a table or view. Raises GhalaError when there is none of that name."""
    names = [row[0] for row in database.execute("SELECT name FROM pragma_table_info(?)", (relation,))]
    if not names:
        known = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        raise GhalaError(
            f"there is no table '{relation}'", str(file), f"take one of: {', '.join(sorted(known)) or '(it is empty)'}"
        )
    return names


def frames(cursor: sqlite3.Cursor, names: list[str]) -> Iterator[pl.DataFrame]:
    """Batches of text columns: integers and floats with all their digits, blobs as hex digits."""
    while rows := cursor.fetchmany(BATCH_ROWS):
        values = zip(*rows, strict=True)
        yield pl.DataFrame({name: _texts(column) for name, column in zip(names, values, strict=True)})


def identifier(name: str) -> str:
    """A name in quotes."""
    return '"' + name.replace('"', '""') + '"'


def _texts(values: tuple[object, ...]) -> pl.Series:
    return pl.Series(
        [value if value is None or isinstance(value, str) else _text(value) for value in values], dtype=pl.String
    )


def _text(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else repr(value)


def _statement(contract: Contract, window: Window) -> tuple[str, tuple[str, ...]]:
    relation = identifier(contract.extraction.relation or "")
    sources = {column.name: column.source_name for column in contract.columns}
    names = contract.primary_key or tuple(sources)
    order = f" ORDER BY {', '.join(identifier(sources[name]) for name in names)}"
    cursor = contract.cursor_column
    if cursor is None:
        return f"SELECT * FROM {relation}{order}", ()
    moment, upper = f"datetime({identifier(cursor.source_name)})", f"{window.upper:{SECONDS}}"
    if window.lower is None:
        return f"SELECT * FROM {relation} WHERE {moment} < ? OR {moment} IS NULL{order}", (upper,)
    return (
        f"SELECT * FROM {relation} WHERE {moment} >= ? AND {moment} < ?{order}",
        (f"{window.lower:{SECONDS}}", upper),
    )
