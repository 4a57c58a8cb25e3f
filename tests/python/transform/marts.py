"""What a build left behind, as plain rows to compare."""

from pathlib import Path

import duckdb

Marts = dict[str, list[tuple[object, ...]]]


def read_marts(home: Path, without: tuple[str, ...] = ()) -> Marts:
    """All rows of all marts and snapshots, without the columns that say which build wrote a row (`_load`), and without
    those named.
    """
    left_out = "".join(f" and c <> '{column}'" for column in without)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'star.duckdb'}' as star (read_only)")
        connection.execute(f"attach '{home / 'warehouse.duckdb'}' as warehouse (read_only)")
        tables = connection.execute(
            "select database_name || '.' || schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name in ('marts', 'snapshots') order by 1"
        ).fetchall()
        return {
            table: connection.execute(
                f"select columns(c -> not starts_with(c, '_'){left_out}) from {table} order by all"
            ).fetchall()
            for (table,) in tables
        }


def differing(left: Marts, right: Marts) -> list[str]:
    """The tables that differ, each with the first row that only one side has."""
    assert left.keys() == right.keys()
    found = []
    for table in left:
        if left[table] != right[table]:
            mine, yours = set(left[table]) - set(right[table]), set(right[table]) - set(left[table])
            first = (sorted(rows, key=str)[:1] for rows in (mine, yours))
            found.append(f"{table}: -{len(mine)} +{len(yours)}, {list(first)}")
    return found
