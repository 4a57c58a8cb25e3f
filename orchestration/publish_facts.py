"""What a version says of itself: its tables with their rows, and how far its facts reach."""

from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import GhalaError

BUSINESS_DATES = ("business_date", "date_day", "count_date", "snapshot_date")  # the columns that say how far a fact is


def facts_of(file: Path) -> dict[str, Any]:
    """{"tables": {schema.table: rows}, "dates": {fact: newest business date}} of a DuckDB file.

    Raises GhalaError when the file holds a view: a view stores the name of its database, which a copy has not.
    """
    with duckdb.connect(str(file), read_only=True) as connection:
        views = connection.sql("select schema_name || '.' || view_name from duckdb_views() where not internal")
        if names := [row[0] for row in views.fetchall()]:
            raise GhalaError(
                f"the star holds views, which break in a copied file: {', '.join(names)}",
                "star.duckdb",
                "materialize these models as tables (or move them to the warehouse), then: ghala build",
            )
        names = [
            (row[0], row[1])
            for row in connection.sql(
                "select schema_name, table_name from duckdb_tables() where not internal order by all"
            ).fetchall()
        ]
        return {"tables": _rows(connection, names), "dates": _dates(connection, names)}


def _rows(connection: duckdb.DuckDBPyConnection, names: list[tuple[str, str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for schema, table in names:
        answer = connection.sql(f'select count(*) from "{schema}"."{table}"').fetchone()
        counts[f"{schema}.{table}"] = int(answer[0]) if answer else 0
    return counts


def _dates(connection: duckdb.DuckDBPyConnection, names: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for schema, table in names:
        if not table.startswith("fct_"):
            continue
        columns = [row[0] for row in connection.sql(f'describe "{schema}"."{table}"').fetchall() if row[1] == "DATE"]
        column = next((name for name in BUSINESS_DATES if name in columns), None)
        if column:
            answer = connection.sql(f'select max("{column}") from "{schema}"."{table}"').fetchone()
            if answer and answer[0] is not None:
                found[f"{schema}.{table}"] = answer[0].isoformat()
    return found
