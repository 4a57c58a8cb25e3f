"""A real SQLite file: windows, and rows whose cursor is no time."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import GateError
from tests.python.ingest.project import DAY, Project, contract, make

NEXT = date(2026, 3, 11)
COLUMNS = {
    "id": {"type": "VARCHAR", "primaryKey": True},
    "updated_at": {"type": "TIMESTAMP", "physicalName": "changed"},
}
EXTRACTION = {"type": "sqlite", "connection": "till", "relation": "visits", "cursor": "updated_at"}
Till = tuple[Project, sqlite3.Connection]


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    file = tmp_path / "till.db"
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("CREATE TABLE visits (id text, changed)")
    rows = [("a", "2026-03-01 08:00:00"), ("b", "2026-03-10T23:59:59.9"), ("c", "2026-03-11 00:00:00")]
    database.executemany("INSERT INTO visits VALUES (?, ?)", rows)
    os.environ["GHALA_TILL_FILE"] = str(file)
    yield make(tmp_path, contract(COLUMNS, EXTRACTION)), database
    database.close()


def test_each_row_is_in_one_window(till: Till) -> None:
    project, _ = till
    first, second = project.land(DAY, NEXT)
    assert project.rows(first)["id"].to_list() == ["a", "b"]
    assert project.rows(second)["id"].to_list() == ["c"]


@pytest.mark.parametrize("day", [DAY, NEXT])
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([None], "1 row has no time in changed, the cursor, and would never land (for example null)"),
        ([None, 1773144000], "2 rows have no time in changed, the cursor, and would never land (for example 17731440"),
        (["10 March", "?"], "2 rows have no time in changed, the cursor, and would never land (for example 10 March)"),
    ],
)
def test_rows_whose_cursor_is_no_time_are_no_silent_loss(
    till: Till, day: date, values: list[str | int | None], words: str
) -> None:
    project, database = till
    before = project.land(DAY)
    database.executemany("INSERT INTO visits VALUES ('d', ?)", [(value,) for value in values])
    with pytest.raises(GateError) as caught:
        project.land(day)
    assert words in caught.value.what and caught.value.exit_code == 1 and "visits" in caught.value.where
    assert "NOT NULL" in caught.value.next_step and "datetime(changed, 'unixepoch')" in caught.value.next_step
    assert project.records() == before


def test_a_view_gives_them_a_time(till: Till, tmp_path: Path) -> None:
    _, database = till
    database.execute("INSERT INTO visits VALUES ('d', 1773144000)")
    database.execute(
        "CREATE VIEW timed AS SELECT id, coalesce(datetime(changed), datetime(changed, 'unixepoch')) AS changed"
        " FROM visits"
    )
    project = make(tmp_path, contract(COLUMNS, {**EXTRACTION, "relation": "timed"}))
    (first,) = project.land(DAY)
    assert project.rows(first)["id"].to_list() == ["a", "b", "d"]
