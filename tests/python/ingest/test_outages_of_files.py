"""Files that are late, locked or not mounted: stale, and caught up with."""

import os
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import UnavailableError
from orchestration.ingest import outages
from orchestration.ingest.land import land
from orchestration.ingest.retry import Patience
from orchestration.ops import staleness
from tests.python.ingest.project import DAY, GOOD, Project, contract, make, sales
from tests.python.ingest.test_outages import NEXT, ROW, run


def locked(project: Project) -> None:
    (project.drop / f"~${NEXT:%Y%m%d}.csv").write_text("")


def absent(project: Project) -> None:
    (project.drop / f"{NEXT:%Y%m%d}.csv").unlink()


def unmounted(project: Project) -> None:
    project.drop.rename(project.drop.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("fault", "retries", "words"),
    [(locked, 2, "open in Excel"), (absent, 0, "no file for 2026-03-11"), (unmounted, 2, "is not there")],
)
def test_files_that_are_late_locked_or_unmounted_are_stale(
    tmp_path: Path, fault: Callable[[Project], None], retries: int, words: str
) -> None:
    project = sales(tmp_path)
    run(project, DAY)
    project.send(GOOD, f"{NEXT:%Y%m%d}.csv")
    fault(project)
    waits: list[float] = []
    landed, heard = run(project, NEXT, Patience((0.0, 0.0), sleep=waits.append))
    assert landed == [] and len(waits) == retries and words in heard[0][2]
    assert [(stale.table, stale.since) for stale in staleness.now(project.home)] == [("shop.sales", NEXT)]


def test_a_locked_sqlite_file_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "till.db"
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("CREATE TABLE visits (id text, updated_at text)")
    writer.execute(f"INSERT INTO visits VALUES ('a', '{DAY} 08:00:00')")
    os.environ["GHALA_TILL_FILE"] = str(file)
    extraction = {"type": "sqlite", "connection": "till", "relation": "visits", "cursor": "updated_at"}
    project = make(tmp_path, contract(ROW, extraction, name="visits"))
    writer.execute("BEGIN EXCLUSIVE")
    ((record,), heard) = run(project, DAY, Patience((0.0,), sleep=lambda _: writer.execute("ROLLBACK") and None))
    assert (record.rows, heard) == (1, [])


def test_a_table_that_never_landed_has_nothing_to_fall_back_on(tmp_path: Path) -> None:
    project = sales(tmp_path, None)
    with pytest.raises(UnavailableError, match="no file for 2026-03-10"):
        run(project, DAY)
    project.send(GOOD, f"{NEXT:%Y%m%d}.csv")
    project.land(NEXT)
    with pytest.raises(UnavailableError, match="no file for 2026-03-10"):
        run(project, NEXT)


def test_a_landed_day_that_cannot_be_fetched_again_is_no_outage(tmp_path: Path) -> None:
    project = sales(tmp_path)
    (before,) = project.land()
    (project.drop / "20260310.csv").unlink()
    heard: list[date] = []
    contracts = [(one, DAY) for one in project.contracts]
    land(project.settings, contracts, "again", on_outage=lambda _contract, day, _error: heard.append(day))
    assert heard == [DAY] and project.records() == [before]
    assert not outages.file_of(project.home).exists() and staleness.now(project.home) == []


def test_a_torn_line_of_the_outages_costs_no_other(tmp_path: Path) -> None:
    project = sales(tmp_path)
    run(project, DAY)
    outages.file_of(project.home).write_bytes(b'{"source": "shop", "tab')
    run(project, NEXT)
    assert [(one.source, one.logical_date) for one in outages.read(project.home)] == [("shop", str(NEXT))]
