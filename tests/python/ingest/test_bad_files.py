"""Files that cannot be read do not stop the others."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.errors import GateError, UnavailableError
from orchestration.ingest.extract import files
from orchestration.ingest.model import Contract
from tests.python.ingest.project import GOOD, sales
from tests.python.ingest.shops import BY_SHOP, FOLDER, again, lock, rows, shops


def empty(file: Path) -> None:
    file.write_bytes(b"")


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
    with pytest.raises(UnavailableError if damage in (lock, forbid) else GateError) as caught:
        project.land()
    assert caught.value.where == str(file) and project.records() == [before]


def test_drift_in_one_file_still_blocks(tmp_path: Path) -> None:
    project = shops(tmp_path)
    project.send(rows("B").replace("price", "prices"), f"{FOLDER}/sales_B.csv")
    with pytest.raises(GateError, match="renamed to 'prices'"):
        project.land()


@pytest.mark.parametrize("held", [5, 50_000])
def test_half_a_file_never_lands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    read = files._frames

    def broken_at_the_end(contract: Contract, file: Path, scratch: Path) -> Iterator[pl.DataFrame]:
        yield from read(contract, file, scratch)
        if file.name == "sales_A.csv":
            raise EOFError("the disk has a bad block")

    monkeypatch.setattr(files, "_frames", broken_at_the_end)
    monkeypatch.setattr(files, "HELD_ROWS", held)
    (record,) = shops(tmp_path).land()
    assert (record.rows, record.extracted) == (10, 10)
    assert [(note.name[-5:], note.problem) for note in record.bad_files] == [
        ("A.csv", "the file cannot be read: the disk has a bad block")
    ]


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
