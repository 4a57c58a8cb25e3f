"""A date that lands after a later one that had reached back over it: no row is in two partitions, and none is lost."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.errors import GateError
from orchestration.ingest import commit, manifest
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.plan import partitions_to_load
from tests.python.ingest.project import DAY, Project, contract, make

COLUMNS: dict[str, dict[str, Any]] = {
    "id": {"type": "VARCHAR"},
    "qty": {"type": "BIGINT", "logicalTypeOptions": {"minimum": 0}},
    "updated_at": {"type": "TIMESTAMP"},
}
EXTRACTION = {"type": "sqlite", "connection": "till", "relation": "visits", "cursor": "updated_at"}
DAYS = [DAY + timedelta(days=n) for n in range(5)]
Till = tuple[Project, sqlite3.Connection]


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    """A table without a key: two equal rows, a row with nulls and a bad one on each of five days."""
    file = tmp_path / "till.db"
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("CREATE TABLE visits (id text, qty, updated_at text)")
    for day in DAYS:
        rows = [(f"twin {day}", 1), (f"twin {day}", 1), (None, None), (f"bad {day}", -1)]
        database.executemany(f"INSERT INTO visits VALUES (?, ?, '{day} 08:00:00')", rows)
    os.environ["GHALA_TILL_FILE"] = str(file)
    yield make(tmp_path, contract(COLUMNS, EXTRACTION, name="visits", custom={"blockThreshold": 100})), database
    database.close()


def current(project: Project) -> list[LoadRecord]:
    return list(manifest.current(project.records()).values())


def good(project: Project) -> list[tuple[Any, ...]]:
    return sorted((row for record in current(project) for row in project.rows(record).rows()), key=repr)


def bad(project: Project) -> list[str]:
    frames = [project.bad_rows(record) for record in current(project) if record.quarantine_file]
    return sorted(pl.concat(frames)["id"])


def whole(project: Project, database: sqlite3.Connection) -> None:
    """Each row of the source is in bronze or quarantine as often as the source has it, and counted so."""
    sent = database.execute("SELECT id, qty, updated_at FROM visits").fetchall()
    assert [(one, two, str(moment)) for one, two, moment in good(project)] == sorted(
        (row for row in sent if row[1] != -1), key=repr
    )
    assert bad(project) == sorted(row[0] for row in sent if row[1] == -1)
    for record in current(project):
        assert record.rows == project.rows(record).height
        assert record.rows + record.quarantined + record.deduplicated == record.extracted


@pytest.mark.parametrize(
    "order",
    [
        [[0], [2], [1], [3]],
        [[0], [4], [2], [1], [3]],
        [[0], [4], [1, 2, 3]],
        [[0], [4], [3, 1, 2]],
        [[2], [1]],
        [[4], [0, 1, 2, 3]],
        [[3], [0, 1, 2, 3, 4]],
    ],
)
def test_no_row_is_in_two_partitions_whatever_the_order(till: Till, order: list[list[int]]) -> None:
    project, database = till
    for run in order:
        project.land(*(DAYS[number] for number in run))
    newest = max(number for run in order for number in run)
    database.execute("DELETE FROM visits WHERE updated_at > ?", (f"{DAYS[newest]} 09",))
    whole(project, database)
    numbers = [record.load_number for record in project.records()]
    assert len(set(numbers)) == len(numbers)
    before = {record.partition: record.sha256 for record in current(project)}
    project.land(*(day for _, _, day in before))
    assert {record.partition: record.sha256 for record in current(project)} == before, "as it would be fetched now"


def test_a_later_load_that_holds_none_of_them_keeps_its_number(till: Till) -> None:
    project, database = till
    database.execute("DELETE FROM visits WHERE updated_at LIKE ?", (f"{DAYS[1]}%",))
    first, later = project.land(DAYS[0]) + project.land(DAYS[2])
    (between,) = project.land(DAYS[1])
    assert current(project) == [first, later, between] and between.rows == 0


def test_a_row_that_has_changed_since_stays_where_it_was(till: Till) -> None:
    project, database = till
    project.land(DAYS[0])
    project.land(DAYS[2])
    database.execute("UPDATE visits SET qty = 7, updated_at = ? WHERE id IS NULL AND updated_at LIKE ?",
                     (f"{DAYS[3]} 10:00:00", f"{DAYS[1]}%"))  # fmt: skip
    project.land(DAYS[1])
    later = next(record for record in current(project) if record.logical_date == DAYS[2])
    assert [row for row in project.rows(later).rows() if str(row[2]).startswith(str(DAYS[1]))] == [
        (None, None, project.rows(later)["updated_at"].min())
    ]


def test_a_date_that_is_stopped_takes_nothing_from_the_later_one(till: Till) -> None:
    project, database = till
    project.land(DAYS[0])
    project.land(DAYS[2])
    before = project.records()
    database.execute("ALTER TABLE visits ADD COLUMN surprise text")
    with pytest.raises(GateError):
        project.land(DAYS[1])
    assert project.records() == before


@pytest.mark.parametrize("commits", [0, 1])
def test_a_run_that_is_killed_between_the_two_loads_leaves_no_row_twice_and_the_next_one_none_out(
    till: Till, monkeypatch: pytest.MonkeyPatch, commits: int
) -> None:
    project, database = till
    project.land(DAYS[0])
    project.land(DAYS[2])
    done: list[LoadRecord] = []
    real = commit.commit

    def killed(home: Path, staged: commit.Staged) -> None:
        if len(done) == commits:
            raise KeyboardInterrupt
        done.append(staged.record)
        real(home, staged)

    with monkeypatch.context() as patch:
        patch.setattr(commit, "commit", killed)
        with pytest.raises(KeyboardInterrupt):
            project.land(DAYS[1])
    assert len(good(project)) == (9 - 3 * commits) and len(set(good(project))) == len(good(project)) * 2 / 3
    due = [day for _, day in partitions_to_load(project.records(), project.contracts, DAYS[0], DAYS[2])]
    assert due == [DAYS[1]]
    project.land(*due)
    database.execute("DELETE FROM visits WHERE updated_at > ?", (f"{DAYS[2]} 09",))
    whole(project, database)


@pytest.mark.usefixtures("till")
def test_tables_without_windows_are_left_alone(tmp_path: Path) -> None:
    extraction = {key: value for key, value in EXTRACTION.items() if key != "cursor"}
    project = make(tmp_path, contract(COLUMNS, extraction, name="visits", custom={"blockThreshold": 100}))
    for day in (DAYS[0], DAYS[2], DAYS[1]):
        project.land(day)
    assert [record.rows for record in current(project)] == [15, 15, 15]
