"""Reading the published version: read-only, locked against files and the network, on the schema of the marts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import ConfigError, GhalaError
from orchestration.publish_files import LINK
from orchestration.quoting import literal

CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
# For statements of strangers, where not even the opened file's own system may be asked: sorting cannot spill then.
SEALED = {**CLOSED, "allow_community_extensions": "false", "disabled_filesystems": "'LocalFileSystem'"}


def newest(serving: Path) -> Path:
    """The file of the version that is published now. Raises GhalaError when there is none."""
    file = serving / LINK
    if not file.exists():
        raise GhalaError("nothing is published yet", str(file), "run: ghala run")
    return file.resolve()


def connect(serving: Path) -> duckdb.DuckDBPyConnection:
    """A connection of its own to the version that is published now. Raises GhalaError when none can be read.

    The file is attached: opened directly, all connections of a process to it would be one database with one set of
    settings, and the second could not choose its schemas.
    """
    file = newest(serving)
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"attach {literal(file)} as ghala (read_only)")
        found = connection.execute("select schema_name from duckdb_schemas() where database_name = 'ghala'").fetchall()
    except duckdb.Error as error:
        raise unreadable(file, error) from error
    schemas = {row[0] for row in found}
    if path := [f"ghala.{name}" for name in ("marts", "ops") if name in schemas]:
        connection.execute(f"set search_path = '{','.join(path)}'")
    seal(connection, CLOSED)
    return connection


def unreadable(file: Path, error: duckdb.Error) -> GhalaError:
    """What is said of a published file that DuckDB cannot open: half written, damaged, or removed."""
    return GhalaError(
        f"the published version cannot be read: {str(error).splitlines()[0]}",
        str(file),
        "go back to the last good one (ghala versions, ghala rollback); ghala verify finds what is broken",
    )


def seal(connection: duckdb.DuckDBPyConnection, settings: Mapping[str, object]) -> None:
    """Set settings for good: no statement of a user can open what they close."""
    for name, value in settings.items():
        connection.execute(f"set {name} = {value}")
    connection.execute("set lock_configuration = true")  # last


def ask(serving: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows of one statement. Raises ConfigError (exit 2) for SQL that DuckDB refuses,
    GhalaError for a version that cannot be read.
    """
    with connect(serving) as connection:
        try:
            answer = connection.execute(sql)
            return [column[0] for column in answer.description or ()], answer.fetchall()
        except duckdb.IOException as error:  # the version's: a file of the statement's own is a permission error
            raise unreadable(newest(serving), error) from error
        except duckdb.Error as error:
            raise ConfigError(
                str(error).strip(), "the SQL of ghala query", "tables: ghala query 'show tables'; columns: 'describe …'"
            ) from error
