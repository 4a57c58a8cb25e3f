"""Comparing tables: each kind of difference is found and counted, equal tables have none in whatever order."""

from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.breaks import columns_of
from orchestration.diff.model import TableDiff
from orchestration.diff.tables import compare

Row = tuple[int | None, str | None, Decimal | None, float | None]
Rows = dict[int | None, Row]

TEXTS = st.none() | st.text("ab", max_size=2)
AMOUNTS = st.none() | st.decimals(-9, 9, places=2)
REALS = st.none() | st.floats(allow_nan=False, width=32)
TABLES = st.dictionaries(st.none() | st.integers(0, 12), st.tuples(TEXTS, AMOUNTS, REALS), max_size=8).map(
    lambda found: {key: (key, *values) for key, values in found.items()}
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        for name in ("before", "after"):
            made.execute(f"attach ':memory:' as {name}")
            made.execute(f"create schema {name}.m")
        yield made


def fill(
    connection: duckdb.DuckDBPyConnection, database: str, rows: list[Row], kind: str = "integer", load: int = 1
) -> None:
    connection.execute(
        f"create or replace table {database}.m.t"
        f" (k {kind}, v varchar, n decimal(18, 2), x double, _load integer default {load})"
    )
    if rows:
        connection.executemany(f"insert into {database}.m.t (k, v, n, x) values (?, ?, ?, ?)", rows)


def found(connection: duckdb.DuckDBPyConnection, key: tuple[str, ...] = ("k",)) -> TableDiff | None:
    columns = columns_of(connection, "before")["m.t"], columns_of(connection, "after")["m.t"]
    return compare(connection, "m.t", columns, key)


@settings(max_examples=40, deadline=None)
@given(before=TABLES, after=TABLES | st.none())
def test_a_comparison_counts_what_a_look_at_all_rows_counts(
    connection: duckdb.DuckDBPyConnection, before: Rows, after: Rows | None
) -> None:
    after = before if after is None else after
    fill(connection, "before", list(before.values()))
    fill(connection, "after", list(after.values())[::-1], load=2)
    table = found(connection)
    both = before.keys() & after.keys()
    changed = [key for key in both if before[key] != after[key]]
    if before == after:
        assert table is None
        return
    assert table is not None
    assert (table.added, table.removed, table.changed) == (
        len(after.keys() - both),
        len(before.keys() - both),
        len(changed),
    )
    by_column = {column.column: column.rows for column in table.columns}
    for index, name in enumerate(("v", "n", "x"), start=1):
        assert by_column.get(name, 0) == sum(before[key][index] != after[key][index] for key in both)


ROWS: list[Row] = [(key, "ab"[key % 2], Decimal(key), None if key % 4 else float(key)) for key in range(8)]


def planted(connection: duckdb.DuckDBPyConnection, sql: str) -> TableDiff:
    fill(connection, "before", ROWS)
    fill(connection, "after", ROWS)
    for statement in sql.split(";"):
        connection.execute(statement)
    table = found(connection)
    assert table is not None
    return table


def test_a_missing_row_is_named(connection: duckdb.DuckDBPyConnection) -> None:
    table = planted(connection, "delete from after.m.t where k = 3")
    assert (table.rows_before, table.rows_after, table.removed) == (8, 7, 1)
    assert table.examples == {"removed": [(3,)]}


def test_values_that_changed_places_are_two_changed_rows(connection: duckdb.DuckDBPyConnection) -> None:
    table = planted(connection, "update after.m.t set n = case k when 2 then 5 else 2 end where k in (2, 5)")
    (column,) = table.columns
    assert (column.rows, column.before, column.after) == (2, column.after, column.before)
    assert table.examples == {"changed": [(2,), (5,)]}


def test_more_nulls_are_seen_as_drift(connection: duckdb.DuckDBPyConnection) -> None:
    table = planted(connection, "update after.m.t set v = null where k < 2")
    (column,) = table.columns
    assert (column.before.null_share, column.after.null_share) == (0, 0.25)


def test_a_type_and_a_column_are_seen_without_a_changed_row(connection: duckdb.DuckDBPyConnection) -> None:
    table = planted(connection, "alter table after.m.t alter n type double; alter table after.m.t add column w int")
    assert table.retyped == {"n": ("DECIMAL(18,2)", "DOUBLE")}
    assert (table.columns_added, table.columns, table.changed) == (("w",), (), 0)


def test_without_a_unique_key_whole_rows_are_counted(connection: duckdb.DuckDBPyConnection) -> None:
    table = planted(connection, "insert into after.m.t from before.m.t where k = 1; delete from after.m.t where k = 6")
    assert (table.key, table.added, table.removed, table.changed) == ((), 1, 1, None)
