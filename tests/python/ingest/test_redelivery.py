"""A date lands again when its files change, and only then."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.ingest import manifest, store
from orchestration.ingest.extract import listing
from orchestration.ingest.redelivery import redelivered
from tests.python.ingest.project import CSV, DAY, SALES, contract, make, sales, tree
from tests.python.ingest.shops import BY_SHOP, FOLDER, NEXT, again, lock, rows, shops


@pytest.mark.parametrize("change", ["new", "changed", "same size", "gone"])
def test_a_date_lands_again_when_its_files_change(tmp_path: Path, change: str) -> None:
    project = shops(tmp_path)
    (first,) = project.land()
    assert again(project) == []
    file = project.drop / FOLDER / "sales_B.csv"
    match change:
        case "new":
            project.send(rows("C"), f"{FOLDER}/sales_C.csv")
        case "changed":
            file.write_text(rows("B", 11))
        case "same size":
            file.write_text(rows("B").replace("1.00", "2.00"))
        case _:
            file.unlink()
    (second,) = again(project)
    assert second.load_number == 2 and second.sha256 != first.sha256
    assert second.rows == {"new": 30, "changed": 21, "same size": 20, "gone": 10}[change]
    assert again(project) == []


def test_a_file_that_was_only_touched_is_hashed_and_not_landed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = shops(tmp_path)
    project.land()
    read: list[str] = []
    digest = listing.digest
    monkeypatch.setattr("orchestration.ingest.redelivery.digest", lambda f: read.append(f.name) or digest(f))
    assert again(project) == [] and read == [], "size and time as recorded: no file is opened"
    os.utime(project.drop / FOLDER / "sales_A.csv")
    assert again(project) == [] and read == [f"{FOLDER}/sales_A.csv"]


def test_a_delivery_of_other_bytes_and_the_same_rows_is_recorded_once(tmp_path: Path) -> None:
    project = shops(tmp_path)
    (first,) = project.land()
    project.send(rows("B").replace("\n", "\r\n"), f"{FOLDER}/sales_B.csv")
    (second,) = again(project)
    assert second.sha256 == first.sha256 and second.load_number == 2 and again(project) == []


def test_a_workbook_that_somebody_opens_after_it_landed_stays_landed(tmp_path: Path) -> None:
    project = shops(tmp_path)
    project.land()
    lock(project.drop / FOLDER / "sales_B.csv")
    os.utime(project.drop / FOLDER / "sales_B.csv")
    assert again(project) == []


def test_a_date_without_a_file_lands_when_one_comes_and_lookback_ends(tmp_path: Path) -> None:
    project = sales(tmp_path, None, extraction={**BY_SHOP, "onMissing": "empty", "lookbackDays": 3})
    (record,) = project.land()
    assert record.files == () and record.rows == 0 and again(project) == []
    project.send(rows("A"), f"{FOLDER}/sales_A.csv")
    contracts, records = project.contracts, project.records()
    reach = [redelivered(records, contracts, DAY, DAY + timedelta(days=n)) for n in (0, 2, 3)]
    assert reach == [{("shop", "sales", DAY)}, {("shop", "sales", DAY)}, set()]
    assert again(project)[0].rows == 10


def test_an_archive_is_no_deletion_where_a_date_must_have_files(tmp_path: Path) -> None:
    project = shops(tmp_path)
    project.land()
    (project.drop / FOLDER).rename(project.drop / "archive")
    assert again(project) == []
    project.drop.rename(tmp_path / "elsewhere")
    assert again(project) == [], "a folder that is not mounted says nothing"


def test_a_load_from_before_files_were_noted_is_left_alone(tmp_path: Path) -> None:
    project = shops(tmp_path)
    (record,) = project.land()
    path = project.home / "bronze" / manifest.NAME
    line = path.read_text()
    path.write_text(line[: line.index(',"files"')] + "}\n")
    (old,) = project.records()
    assert old.files is None and old.sha256 == record.sha256 and again(project) == []
    assert project.land() == [old]


def test_a_day_in_parts_twice_and_out_of_order_ends_like_one_delivery(tmp_path: Path) -> None:
    tidy = shops(tmp_path / "tidy", onMissing="empty")
    tidy.send(rows("N"), "2026/03/11/sales_A.csv")
    tidy.land(DAY, NEXT)
    project = sales(tmp_path / "late", None, extraction={**BY_SHOP, "onMissing": "empty"})
    project.send(rows("N"), "2026/03/11/sales_A.csv")
    project.send(rows("A"), f"{FOLDER}/sales_A.csv")
    project.land(NEXT)
    project.land(DAY)
    project.send(rows("A"), f"{FOLDER}/sales_A.csv")
    project.send(rows("B"), f"{FOLDER}/sales_B.csv")
    assert [record.logical_date for record in again(project, NEXT)] == [DAY]
    for folder in ("bronze/shop/sales/year=2026/month=03",):
        assert tree(project.home / folder) == tree(tidy.home / folder)


def test_a_source_that_stops_for_a_week_catches_up_in_one_run(tmp_path: Path) -> None:
    project = sales(tmp_path, None, extraction={**BY_SHOP, "onMissing": "empty"})
    week = [DAY + timedelta(days=n) for n in range(7)]
    assert [record.rows for record in project.land(*week)] == [0] * 7
    for n, day in enumerate(week):
        project.send(rows(f"W{n}_", n + 1), f"{day:%Y/%m/%d}/sales_A.csv")
    caught_up = again(project, week[-1])
    assert [(record.logical_date, record.rows) for record in caught_up] == list(zip(week, range(1, 8), strict=True))


def test_every_date_folder_is_listed_once_for_all_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [
        contract(SALES, {**CSV, **BY_SHOP, "path": f"{{date:%Y/%m/%d}}/{name}_*.csv", "onMissing": "empty"}, name=name)
        for name in ("sales", "returns")
    ]
    project = make(tmp_path, *documents)
    project.land(DAY, NEXT)
    records, contracts = project.records(), project.contracts
    listed: list[str] = []
    scandir = os.scandir
    monkeypatch.setattr(listing.os, "scandir", lambda path: listed.append(str(path)) or scandir(path))
    redelivered(records, contracts, DAY, NEXT)
    assert sorted(listed) == [str(project.drop / f"{day:%Y/%m/%d}") for day in (DAY, NEXT)]


def test_the_hash_in_the_manifest_is_that_of_the_file(tmp_path: Path) -> None:
    project = shops(tmp_path)
    (record,) = project.land()
    assert record.files is not None
    for note in record.files:
        assert note.sha256 == store.sha256(project.drop / note.name)
