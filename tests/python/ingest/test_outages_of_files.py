"""Files that are late, locked or not mounted: stale, and caught up with."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.errors import UnavailableError
from orchestration.ingest import outages
from orchestration.ingest.land import land
from orchestration.ingest.redelivery import due
from orchestration.ingest.retry import Patience
from orchestration.ops import staleness
from tests.python.ingest.project import CSV, DAY, GOOD, SALES, Project, contract, make, sales
from tests.python.ingest.shops import FOLDER, again, rows, shops
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


def broken(patch: pytest.MonkeyPatch, folder: Path, number: int, where: str) -> None:
    """A folder that answers as a broken mount does. Injected: a share that hangs cannot be had in a test."""
    fault, stat, scandir = OSError(number, os.strerror(number), str(folder)), os.stat, os.scandir

    def fail(*_: Any, **__: Any) -> Any:
        raise fault

    @contextmanager
    def listed(path: Path) -> Iterator[Iterator[Any]]:
        with scandir(path) as entries:
            if where == "list":
                yield (fail() for _ in range(1))
            yield (
                SimpleNamespace(name=e.name, is_dir=e.is_dir, is_file=e.is_file, is_symlink=bool, stat=fail)
                for e in entries
            )

    match where:
        case "root":
            patch.setattr(os, "stat", lambda path, **how: fail() if path == folder else stat(path, **how))
        case "open":
            patch.setattr(os, "scandir", lambda path: fail() if path == folder else scandir(path))
        case _:
            patch.setattr(os, "scandir", lambda path: listed(path) if path == folder else scandir(path))


@pytest.mark.parametrize("where", ["root", "open", "list", "file"])
@pytest.mark.parametrize("number", [errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.EACCES, errno.EIO])
def test_a_folder_that_answers_with_an_error_is_stale_and_the_others_land(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, where: str
) -> None:
    project = sales(tmp_path)
    till = tmp_path / "till"
    till.mkdir()
    monkeypatch.setenv("GHALA_TILL_DIR", str(till))
    make(tmp_path, contract(SALES, {**CSV, "connection": "till"}), source="till")
    later = NEXT + timedelta(days=1)
    for folder in (project.drop, till):
        for day in (DAY, NEXT, later):
            (folder / f"{day:%Y%m%d}.csv").write_text(GOOD)
    landed, heard = run(project, DAY)
    assert ({record.source for record in landed}, heard) == ({"shop", "till"}, [])
    waits: list[float] = []
    with monkeypatch.context() as patch:
        broken(patch, project.drop, number, where)
        landed, heard = run(project, later, Patience((0.0, 0.0), sleep=waits.append))
    assert [(one.source, one.logical_date) for one in landed] == [("till", NEXT), ("till", later)]
    text = f"the folder cannot be read: {os.strerror(number)}, also after 2 more attempts"
    assert heard == [("shop.sales", NEXT, text), ("shop.sales", later, text)], "the second day is not asked for"
    assert len(waits) == 2
    assert [(stale.table, stale.since) for stale in staleness.now(project.home)] == [("shop.sales", NEXT)]
    landed, heard = run(project, later)
    assert [(one.source, one.logical_date) for one in landed] == [("shop", NEXT), ("shop", later)]
    assert heard == [] and staleness.now(project.home) == []


def test_a_folder_of_one_day_without_permission_hides_neither_other_days_nor_other_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = shops(tmp_path)
    make(tmp_path, contract(SALES, CSV, name="zebras"))
    for day in (DAY, NEXT):
        project.send(GOOD, f"{day:%Y%m%d}.csv")
    project.send(rows("A"), "2026/03/11/sales_A.csv")
    run(project, NEXT)
    broken(monkeypatch, project.drop / FOLDER, errno.EACCES, "open")
    project.send(rows("A", 11), "2026/03/11/sales_A.csv")
    project.send(GOOD + "S999,1,1.00,2026-03-10,2026-03-10 09:00:00\n", f"{DAY:%Y%m%d}.csv")
    changed = due(project.records(), project.contracts, DAY, NEXT)
    assert [(one.table, day) for one, day in changed] == [("zebras", DAY), ("sales", NEXT)]
    with_day = [(one, DAY) for one in project.contracts]
    landed = land(project.settings, with_day, "again", on_outage=lambda *_: None, patience=Patience(()))
    assert [record.table for record in landed] == ["zebras"], "one connection, of which only a part cannot be read"


@pytest.mark.parametrize(
    ("path", "closed"),
    [("*/x/{date:%Y%m%d}.csv", "B/x"), ("[AB]/*/{date:%Y%m%d}*.csv", "B"), ("**/{date:%Y%m%d}.csv", "B")],
)
def test_a_part_that_cannot_be_read_is_not_taken_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, closed: str
) -> None:
    project = sales(tmp_path, None, extraction={"path": path})
    for shop in "AB":
        project.send(rows(shop), f"{shop}/x/20260310.csv")
    (project.drop / "A" / "circle").symlink_to("circle")
    ((record,), _) = run(project, DAY)
    assert record.rows == 20
    broken(monkeypatch, project.drop / closed, errno.EACCES, "open")
    assert due(project.records(), project.contracts, DAY, DAY) == []
    with pytest.raises(UnavailableError, match="cannot be read: Permission denied"):
        project.land()


def test_a_file_that_is_moved_away_while_its_folder_is_listed_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = shops(tmp_path)
    (first,) = project.land()
    folder, scandir = project.drop / FOLDER, os.scandir

    @contextmanager
    def moved(path: Path) -> Iterator[Iterator[os.DirEntry[str]]]:
        with scandir(path) as entries:
            found = list(entries)
        (folder / "sales_B.csv").unlink(missing_ok=True)
        yield iter(found)

    monkeypatch.setattr(os, "scandir", lambda path: moved(path) if path == folder else scandir(path))
    (second,) = again(project)
    assert (first.rows, second.rows) == (20, 10)
