"""Pages of tables whose rows are long, alike or odd: joined they are the table, no row twice and none left out."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fastapi.testclient import TestClient

from consumption.api.app import make
from consumption.read.personal import How
from consumption.read.pool import Limits, Pool
from consumption.read.reader import Reader
from consumption.read.rows import LONGEST_KEY
from consumption.read.world import World
from orchestration.dictionary.collect import Mart
from tests.python.consumption.agents.conftest import SECRET, settings_of

CELL = Limits().cell
LONG = ["x" * length for length in (CELL - 40, CELL, CELL + 1, 4_001, 9_000)]
TEXTS = [
    *LONG,
    *(f"{LONG[-1]}{n}" for n in range(4)),
    "é'" * 3_000,
    "𝄞" * 120,
    "'" * (LONGEST_KEY - 4),
    "a\0b",
    "",
    "z",
]
MART = Mart("notes", "", "", "table", ("note", "part"), "", "", "", 1, 1, None, {}, (), (), (), ())
WIDE = [f"a_column_of_a_wide_table_{n:02}" for n in range(40)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file: `ops.stopped` has no grain and rows that are the same, `marts.notes` a grain of long texts."""
    file = tmp_path_factory.mktemp("pages") / "ghala-v.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts; create schema ops")
        connection.execute("create table ops.mart_freshness as select 'notes' mart_name, date '2026-03-01' data_as_of")
        connection.execute("create table ops.stopped (message varchar, tags varchar[], share double, n integer)")
        rows = [[text, ["a, b", "c"], 0.1 * n, n] for n, text in enumerate([*TEXTS, None])]
        connection.executemany("insert into ops.stopped values (?, ?, ?, ?)", rows + rows[3:6] * 4 + rows[-3:] * 4)
        connection.execute(
            f"create table ops.wide as select {', '.join(f'n // 5 {one}' for one in WIDE)} from range(20) t(n)"
        )
        connection.execute("create table marts.notes (note varchar, part integer, n integer)")
        notes = [[text, part, n] for n, (text, part) in enumerate((t, p) for t in [*TEXTS, None] for p in (1, 2, None))]
        connection.executemany("insert into marts.notes values (?, ?, ?)", notes)
    return file


@pytest.fixture(scope="module")
def api(made: Path) -> Iterator[TestClient]:
    with duckdb.connect(str(made), read_only=True) as connection, pytest.MonkeyPatch.context() as patch:
        tables: dict[str, dict[str, tuple[str, How]]] = {}
        found = connection.execute(
            "select schema_name, table_name, column_name, lower(data_type) from duckdb_columns()"
        )
        for schema, table, column, kind in found.fetchall():
            if schema in ("marts", "ops"):
                tables.setdefault(f"{schema}.{table}", {})[column] = (kind, How.SERVED)
        world = World("v", made, {}, (), (MART,), tables)
        patch.setattr("consumption.read.reader.current", lambda _: (world, connection.cursor()))
        pool = Pool(workers=1)
        with TestClient(make(Reader(settings_of(made.parent), pool), (SECRET,))) as client:
            yield client
        pool.close()


def pages(api: TestClient, name: str, limit: int) -> list[list[dict[str, Any]]]:
    """Each page of a table, by the API and its worker."""
    found: list[list[dict[str, Any]]] = []
    after: dict[str, str] = {}
    while True:
        asked = {"limit": str(limit), **after}
        answer = api.get(f"/marts/{name}/rows", params=asked, headers={"X-API-Key": SECRET})
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["rows"])
        if answer.json()["next"] is None:
            return found
        after = {"after": answer.json()["next"]}
        assert len(after["after"]) <= 2 * LONGEST_KEY


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("table", ["ops.stopped", "marts.notes", "ops.wide"])
def test_pages_join_to_the_whole_however_long_their_last_row_is(
    api: TestClient, made: Path, table: str, limit: int
) -> None:
    found = pages(api, table.removeprefix("marts."), limit)
    column = WIDE[0] if table == "ops.wide" else "n"
    with duckdb.connect(str(made), read_only=True) as connection:
        wanted = [row[0] for row in connection.execute(f"select {column} from {table}").fetchall()]
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1) and 0 < len(found[-1]) <= limit
    assert Counter(row[column] for page in found for row in page) == Counter(wanted)


@pytest.mark.parametrize(
    ("table", "order"), [("marts.notes", ("note", "part")), ("ops.stopped", ("message", "tags", "share", "n"))]
)
def test_rows_come_in_the_order_of_the_grain_and_else_of_all_columns(
    api: TestClient, made: Path, table: str, order: tuple[str, ...]
) -> None:
    by = ", ".join(f"{column} nulls last" for column in order)
    with duckdb.connect(str(made), read_only=True) as connection:
        wanted = [row[0] for row in connection.execute(f"select n from {table} order by {by}").fetchall()]
    assert [row["n"] for page in pages(api, table.removeprefix("marts."), 2) for row in page] == wanted
