"""SQLite: a table of a file, each value as the text that means it exactly."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl

from orchestration.errors import GateError, GhalaError, UnavailableError
from orchestration.ingest.drift import check_columns, gate
from orchestration.ingest.extract.batch import BATCH_ROWS, Batch, connection_setting
from orchestration.ingest.model import Contract
from orchestration.ingest.plan import Window
from orchestration.quoting import identifier

BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
PRIMARY = 0xFF  # the kind of an error; higher bits are its reason
SECONDS = "%Y-%m-%d %H:%M:%S"  # as SQLite's datetime() writes them
TIMELESS = "__timeless"  # a column beside those of the table: 1 for a row whose cursor is no time


def fetch(contract: Contract, window: Window) -> Iterator[Batch]:
    """Rows of the window, in the order of the key. Raises GateError when the table has rows that are in no window."""
    file = Path(connection_setting(contract.extraction.connection, "FILE", contract.file))
    origin = f"{file} {contract.extraction.relation}"
    with closing(connect(file)) as database:
        try:
            names = columns(database, contract.extraction.relation or "", file)
            check_columns(contract, names, origin)
            yield Batch(origin, pl.DataFrame(schema=dict.fromkeys(names, pl.String)))
            statement, values = _statement(contract, window)
            cursor, lost, example = contract.cursor_column, 0, None
            for frame in frames(database.execute(statement, values), [*names, TIMELESS]):
                if cursor is not None:
                    timeless = frame.filter(pl.col(TIMELESS) == "1")[cursor.source_name]
                    lost, example = lost + timeless.len(), example or timeless.first(ignore_nulls=True)
                yield Batch(origin, frame.drop(TIMELESS))
            if cursor is not None and lost:
                raise _lost(contract, cursor.source_name, lost, example, origin)
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


def _lost(contract: Contract, name: str, count: int, example: object, origin: str) -> GateError:
    """The error of rows that would never land; `example` is what one of them has for a time in the column `name`."""
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    return gate(
        contract,
        f"{rows} no time in {name}, the cursor, and would never land (for example {example or 'null'})",
        origin,
        f"make the column NOT NULL and write times that SQLite's datetime() reads, or name as relation a view that has"
        f" coalesce({name}, created_at), or for seconds since 1970 datetime({name}, 'unixepoch')",
    )


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
        return f"SELECT *, 0 FROM {relation}{order}", ()
    moment, upper = f"datetime({identifier(cursor.source_name)})", f"{window.upper:{SECONDS}}"
    # In the same pass, since no index helps a computed value: a second one would double the cost.
    rows = f"SELECT *, {moment} IS NULL FROM {relation} WHERE {moment} IS NULL OR {moment} < ?"
    if window.lower is None:
        return f"{rows}{order}", (upper,)
    return f"{rows} AND {moment} >= ?{order}", (upper, f"{window.lower:{SECONDS}}")
