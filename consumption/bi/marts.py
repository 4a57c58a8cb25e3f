"""What the marts of a published version are: columns, keys, references and descriptions, as plain data."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from orchestration import publish_files, state
from orchestration.config import Settings
from orchestration.dictionary.collect import Mart, marts_of
from orchestration.errors import GhalaError
from orchestration.publish_facts import BUSINESS_DATES
from orchestration.quoting import literal

SCHEMA = "marts"
DIMENSION = "dim_"
MEMORY = "1GB"  # for sorting by date on the way out; more is spilled beside the system's temporary files
COLUMNS = f"""
    select c.table_name, c.column_name, c.data_type
    from duckdb_columns() as c
    inner join duckdb_tables() as t using (database_oid, schema_oid, table_oid)
    where c.database_name = 'published' and c.schema_name = '{SCHEMA}'
    order by c.table_name, c.column_index
"""


@dataclass(frozen=True)
class Column:
    """A column with its DuckDB type; `refers_to` is the dimension whose key it holds."""

    name: str
    type: str
    description: str
    required: bool
    refers_to: str | None


@dataclass(frozen=True)
class Table:
    """A mart: `key` is its grain, `day` the column of its main date (None for a dimension)."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    day: str | None


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
    """The name of the version that readers see, and a connection in which it is attached as `published`.

    Unlike `serving.connect` it may write files and pipes: it never runs SQL of a user. Raises GhalaError when nothing
    is published, or when the file cannot be read.
    """
    version = publish_files.current(settings.serving)
    if version is None:
        raise GhalaError("nothing is published yet", str(settings.serving / publish_files.LINK), "run: ghala run")
    file = publish_files.data_file(settings.serving, version)
    with (
        TemporaryDirectory(prefix="ghala-") as spilled,  # DuckDB's own choice is the folder in which a person stands
        duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": spilled}) as connection,
    ):
        connection.execute("set TimeZone = 'UTC'")
        try:
            connection.execute(f"attach {literal(file)} as published (read_only)")
        except duckdb.Error as error:
            raise GhalaError(
                f"the published version cannot be read: {str(error).splitlines()[0]}",
                str(file),
                "go back to the last good one (ghala versions, ghala rollback); ghala verify finds what is broken",
            ) from error
        yield version, connection


def tables(settings: Settings, version: str, connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The marts of the attached version, dimensions first; without a kept manifest they have no keys and no words."""
    manifest = state.of_version(settings.home, version)
    known = {mart.relation: mart for mart in marts_of(manifest, {})} if manifest else {}
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(COLUMNS).fetchall():
        columns.setdefault(table, {})[column] = kind
    # a table that the dictionary does not know is no mart: MetricFlow's calendar
    marts = {name: kinds for name, kinds in columns.items() if name in known or not known}
    found = [_table(name, kinds, known.get(name)) for name, kinds in marts.items()]
    return sorted(found, key=lambda table: (not table.name.startswith(DIMENSION), table.name))


def source(table: Table) -> str:
    """The relation of a mart in the attached version."""
    return f'published.{SCHEMA}."{table.name}"'


def _table(name: str, kinds: Mapping[str, str], mart: Mart | None) -> Table:
    told: dict[str, Any] = {column.name: column for column in mart.columns} if mart else {}
    columns = tuple(_column(column, kind, told.get(column)) for column, kind in kinds.items())
    required = {column.name for column in columns if column.required}
    key = tuple(mart.grain) if mart and set(mart.grain) <= required else ()
    return Table(name, mart.description if mart else "", columns, key, _day(name, kinds))


def _column(name: str, kind: str, told: Any) -> Column:
    if told is None:
        return Column(name, kind, "", False, None)
    refers_to = told.refers_to if (told.refers_to or "").startswith(DIMENSION) else None
    return Column(name, kind, told.description, told.required, refers_to)


def _day(name: str, kinds: Mapping[str, str]) -> str | None:
    """The main date: that of the business, else the first day of an interval, else any date there is."""
    if name.startswith(DIMENSION):
        return None
    dates = [column for column, kind in kinds.items() if kind == "DATE"]
    first = [column for column in (*BUSINESS_DATES, "valid_from") if column in dates]
    return next(iter(first or dates), None)
