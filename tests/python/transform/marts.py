"""What a build left behind, as plain rows to compare."""

from pathlib import Path

import duckdb

Marts = dict[str, list[tuple[object, ...]]]


def read_marts(home: Path) -> Marts:
    """All rows of all marts and snapshots, without the columns that say which build wrote a row (`_load`)."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'star.duckdb'}' as star (read_only)")
        connection.execute(f"attach '{home / 'warehouse.duckdb'}' as warehouse (read_only)")
        tables = connection.execute(
            "select database_name || '.' || schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name in ('marts', 'snapshots') order by 1"
        ).fetchall()
        return {
            table: connection.execute(
                f"select columns(c -> not starts_with(c, '_')) from {table} order by all"
            ).fetchall()
            for (table,) in tables
        }
