"""Files that cannot be read do not stop the others, and a date lands again when its files change."""

import gzip
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.errors import GateError
from orchestration.ingest import manifest, store
from orchestration.ingest.extract import files, listing
from orchestration.ingest.redelivery import due, redelivered
from tests.python.ingest.project import CSV, DAY, GOOD, SALES, Project, contract, make, sales, tree

NEXT = date(2026, 3, 11)
BY_SHOP = {"path": "{date:%Y/%m/%d}/sales_*.csv", "onBadFile": "skip", "finalNewline": True}
FOLDER = "2026/03/10"


def rows(shop: str, count: int = 10) -> str:
    lines = [f"{shop}{n},{n},1.00,2026-03-10,2026-03-10 08:00:00" for n in range(count)]
    return "\n".join(["id,qty,price,sold_on,updated_at", *lines]) + "\n"


def shops(folder: Path, **extraction: Any) -> Project:
    """A project whose shops A and B have sent their file of the day."""
    project = sales(folder, None, extraction={**BY_SHOP, **extraction})
    for shop in "AB":
        project.send(rows(shop), f"{FOLDER}/sales_{shop}.csv")
    return project


def again(project: Project, through: date = DAY) -> list[manifest.LoadRecord]:
    """What the next run would land, landed."""
    days = [day for _, day in due(project.records(), project.contracts, DAY, through)]
    return project.land(*days) if days else []


def empty(file: Path) -> None:
    file.write_bytes(b"")


def lock(file: Path) -> None:
    file.with_name(f"~${file.name}").write_bytes(b"somebody")


def forbid(file: Path) -> None:
    file.chmod(0)


def cut(file: Path) -> None:
    file.write_text(rows("B")[:-30])


def spoil(file: Path) -> None:
    file.write_bytes(b"id,qty,price,sold_on,updated_at\nB1,1,\xff\xfe,2026-03-10,2026-03-10 08:00:00\n")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (empty, "empty (0 bytes)"),
        (lock, "open in Excel"),
        (forbid, "no permission"),
        (cut, "cut off"),
        (spoil, "cannot be read: 'utf-8' codec"),
    ],
)
def test_a_bad_file_is_left_out_noted_and_lands_when_it_is_repaired(tmp_path: Path, damage: Any, words: str) -> None:
    project = shops(tmp_path)
    whole = shops(tmp_path / "whole").land()[0]
    os.environ["GHALA_DROP_DIR"] = str(project.drop)
    file = project.drop / FOLDER / "sales_B.csv"
    damage(file)
    (record,) = project.land()
    assert project.rows(record)["id"].to_list() == [f"A{n}" for n in range(10)]
    assert record.files is not None
    assert [(note.name, note.rows) for note in record.files] == [
        (f"{FOLDER}/sales_A.csv", 10),
        (f"{FOLDER}/sales_B.csv", 0),
    ]
    (bad,) = record.bad_files
    assert bad.problem is not None and words in bad.problem
    assert again(project) == [], "a file that is still bad is no news"
    file.with_name(f"~${file.name}").unlink(missing_ok=True)
    file.chmod(0o644)
    file.write_text(rows("B"))
    (repaired,) = again(project)
    assert (repaired.sha256, repaired.load_number, repaired.bad_files) == (whole.sha256, 2, ())
    assert again(project) == []


@pytest.mark.parametrize("damage", [empty, lock, forbid, cut, spoil])
def test_without_skip_a_bad_file_blocks_and_is_named(tmp_path: Path, damage: Any) -> None:
    project = shops(tmp_path, onBadFile="block")
    (before,) = project.land()
    file = project.drop / FOLDER / "sales_B.csv"
    damage(file)
    with pytest.raises(GateError) as caught:
        project.land()
    assert caught.value.where == str(file) and project.records() == [before]


def test_drift_in_one_file_still_blocks(tmp_path: Path) -> None:
    project = shops(tmp_path)
    project.send(rows("B").replace("price", "prices"), f"{FOLDER}/sales_B.csv")
    with pytest.raises(GateError, match="renamed to 'prices'"):
        project.land()


@pytest.mark.parametrize("held", [5, 50_000])
def test_half_a_file_never_lands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    monkeypatch.setattr(files, "BATCH_ROWS", 4)
    monkeypatch.setattr(files, "HELD_ROWS", held)
    extraction = {"path": "{date:%Y/%m/%d}/sales_*", "format": "jsonl", "finalNewline": False}
    project = sales(tmp_path, None, extraction={**BY_SHOP, **extraction})
    line = '{"id": "S%d", "qty": 1, "price": "1.00", "sold_on": "2026-03-10", "updated_at": "2026-03-10T08:00:00Z"}\n'
    packed = gzip.compress("".join(line % n for n in range(3000)).encode())
    project.send(packed[: len(packed) // 2], f"{FOLDER}/sales_A.jsonl.gz")
    project.send("".join(line % n for n in range(20)), f"{FOLDER}/sales_B.jsonl")
    (record,) = project.land()
    assert record.rows == 20 and [note.name[-10:] for note in record.bad_files] == ["A.jsonl.gz"]
    assert not list((project.home / "bronze").glob(".spool*"))


def test_a_packed_file_with_a_broken_inside_is_unreadable(tmp_path: Path) -> None:
    project = shops(tmp_path, path="{date:%Y/%m/%d}/sales_*", finalNewline=False)
    packed = bytearray(gzip.compress(rows("C", 3000).encode()))
    packed[40:400] = bytes(360)
    project.send(bytes(packed), f"{FOLDER}/sales_C.csv.gz")
    (record,) = project.land()
    assert record.rows == 20 and len(record.bad_files) == 1


def test_a_file_that_was_cut_inside_of_its_header_is_cut_and_not_drift(tmp_path: Path) -> None:
    project = shops(tmp_path)
    project.send("id,qty,pri", f"{FOLDER}/sales_C.csv")
    (record,) = project.land()
    assert [str(note.problem)[-7:] for note in record.bad_files] == ["cut off"]


@pytest.mark.parametrize("name", ["sales_A.xlsx", "sales_A.parquet"])
def test_a_truncated_workbook_or_parquet_file_is_unreadable(tmp_path: Path, name: str) -> None:
    kind = {"xlsx": "excel", "parquet": "parquet"}[name.rsplit(".", 1)[1]]
    extraction = {"path": "{date:%Y/%m/%d}/sales_*", "format": kind, "finalNewline": False}
    project = sales(tmp_path, None, extraction={**BY_SHOP, **extraction})
    frame = pl.read_csv(GOOD.encode(), infer_schema=False)
    path = project.send(b"", f"{FOLDER}/{name}")
    frame.write_excel(path) if kind == "excel" else frame.write_parquet(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])
    (record,) = project.land()
    (bad,) = record.bad_files
    assert record.rows == 0 and "cannot be read" in str(bad.problem)


def test_a_file_without_rows_is_noted_and_no_problem(tmp_path: Path) -> None:
    project = shops(tmp_path)
    project.send(rows("B", 0), f"{FOLDER}/sales_B.csv")
    (record,) = project.land()
    assert record.files is not None and [(n.rows, n.problem) for n in record.files] == [(10, None), (0, None)]


def test_a_lock_without_its_workbook_is_a_file_that_is_to_come(tmp_path: Path) -> None:
    project = shops(tmp_path)
    (project.drop / FOLDER / "~$sales_C.csv").write_bytes(b"somebody")
    (record,) = project.land()
    assert [note.name for note in record.bad_files] == [f"{FOLDER}/sales_C.csv"]
    project.send(rows("C"), f"{FOLDER}/sales_C.csv")
    assert again(project) == [], "the lock still lies there"
    (project.drop / FOLDER / "~$sales_C.csv").unlink()
    assert again(project)[0].rows == 30


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
