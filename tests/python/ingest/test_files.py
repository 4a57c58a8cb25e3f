"""Dropped files: what is wrong with them is said, and what had landed stays."""

import gzip
import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from orchestration.errors import ConfigError, GateError, GhalaError, UnavailableError
from orchestration.ingest import quarantine
from orchestration.ingest.extract import files
from tests.python.ingest.project import DAY, GOOD, SALES, Project, contract, make, sales, tree

COUNTS: dict[str, dict[str, Any]] = {
    "count_id": {"type": "VARCHAR", "physicalName": "$file", "primaryKey": True, "primaryKeyPosition": 1},
    "row_no": {"type": "INTEGER", "physicalName": "$row", "primaryKey": True, "primaryKeyPosition": 2},
    "sku": {"type": "VARCHAR", "physicalName": "SKU", "required": True},
    "bin": {"type": "VARCHAR", "physicalName": "Bin", "required": True},
    "qty": {"type": "BIGINT", "physicalName": "Qty", "required": True},
    "counted_at": {"type": "TIMESTAMP", "physicalName": "Counted At"},
}
EXCEL = {"type": "files", "connection": "drop", "path": "{date:%Y/%m/%d}/stock_*.xlsx", "format": "excel",
         "sheet": "Stock", "timezone": "Africa/Nairobi"}  # fmt: skip


def workbook(project: Project, name: str, rows: list[list[object]], header: tuple[str, ...] = ()) -> Path:
    path = project.drop / "2026/03/10" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Stock")
    lines: list[list[object]] = [list(header or ("SKU", "Bin", "Qty", "Counted At")), *rows]
    for r, row in enumerate(lines):
        for c, value in enumerate(row):
            sheet.write(r, c, value) if not isinstance(value, str) else sheet.write_string(r, c, value)
    book.close()
    return path


def counted(number: int) -> list[object]:
    return [f"00{number}", "A-1", number, "2026-03-10 23:50:00"]


def test_excel_keeps_leading_zeros_reads_local_time_and_numbers_the_rows_of_each_file(tmp_path: Path) -> None:
    project = make(tmp_path, contract(COUNTS, EXCEL))
    workbook(project, "stock_b.xlsx", [counted(7), counted(8)])
    workbook(project, "stock_a.xlsx", [counted(9)])
    (record,) = project.land()
    rows = project.rows(record)
    assert rows["count_id"].to_list() == ["stock_a", "stock_b", "stock_b"]
    assert rows["row_no"].to_list() == [1, 1, 2]
    assert rows["sku"].to_list() == ["009", "007", "008"]
    assert rows["counted_at"][0] == datetime(2026, 3, 10, 20, 50)


def test_an_excel_total_row_goes_to_quarantine_with_its_reason_and_nowhere_else(tmp_path: Path) -> None:
    project = make(tmp_path, contract(COUNTS, EXCEL))
    workbook(project, "stock_a.xlsx", [*(counted(n) for n in range(1, 31)), ["TOTAL", None, 465, None]])
    (record,) = project.land()
    assert (record.extracted, record.rows, record.quarantined) == (31, 30, 1)
    shown = quarantine.show(project.home, record.load_number)
    assert shown["_broken"].to_list() == [["bin_required"]]
    assert (shown["sku"][0], shown["qty"][0], shown["_row"][0]) == ("TOTAL", "465", 31)
    (listed,) = quarantine.list_batches(project.home)
    assert listed.reasons == {"bin_required": 1} and listed.is_current


@pytest.mark.parametrize("content", [b"", b"no workbook at all"])
def test_an_empty_or_unreadable_file_blocks_and_the_previous_partition_stays(tmp_path: Path, content: bytes) -> None:
    project = make(tmp_path, contract(COUNTS, EXCEL))
    file = workbook(project, "stock_a.xlsx", [counted(1)])
    (before,) = project.land()
    file.write_bytes(content)
    with pytest.raises(GateError) as caught:
        project.land()
    assert str(file) in caught.value.where
    assert ("empty (0 bytes)" if not content else "cannot be read") in caught.value.what
    assert project.records() == [before] and project.rows(before).height == 1


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (("SKU", "Bin", "Counted At"), "column 'Qty' is missing"),
        (("SKU", "Bin", "Quantity", "Counted At"), "column 'Qty' is missing (renamed to 'Quantity'?)"),
        (("SKU", "Bin", "Qty", "Counted At", "Colour"), "column 'Colour' is new"),
    ],
)
def test_a_missing_renamed_or_extra_column_blocks_with_a_diff_in_words(
    tmp_path: Path, header: tuple[str, ...], words: str
) -> None:
    project = make(tmp_path, contract(COUNTS, EXCEL))
    file = workbook(project, "stock_a.xlsx", [counted(1)], header)
    with pytest.raises(GateError) as caught:
        project.land()
    assert words in caught.value.what and caught.value.where == str(file)
    assert project.records() == [] and not list((project.home / "bronze").rglob("sales.parquet"))


def test_a_retyped_column_trips_the_breaker_and_says_what_came_instead(tmp_path: Path) -> None:
    project = sales(tmp_path)
    (before,) = project.land()
    project.send(GOOD.replace("2026-03-10,", "10/03/2026,"))
    with pytest.raises(GateError, match="sold_on is no DATE, for example '10/03/2026'"):
        project.land()
    assert project.records() == [before] and project.rows(before).height == 100
    assert not list(project.home.rglob("*.tmp"))


def test_a_parquet_file_whose_column_changed_its_type_blocks(tmp_path: Path) -> None:
    project = sales(tmp_path, None, extraction={"path": "sales.parquet", "format": "parquet"})
    frame = pl.read_csv(GOOD.encode(), try_parse_dates=True).with_columns(
        pl.col("updated_at").dt.date().alias("sold_on")
    )
    frame.with_columns(pl.col("updated_at").dt.epoch("s")).write_parquet(project.drop / "sales.parquet")
    with pytest.raises(GateError, match="column 'updated_at' is Int64 and no longer TIMESTAMP"):
        project.land()


def test_an_undated_parquet_path_lands_at_the_date_asked_for_and_doubles_become_exact_decimals(tmp_path: Path) -> None:
    project = sales(tmp_path, None, extraction={"path": "sales.parquet", "format": "parquet"})
    frame = pl.read_csv(GOOD.encode(), try_parse_dates=True)
    frame.with_columns(pl.when(pl.col("id") == "S007").then(2.555).otherwise("price").alias("price")).write_parquet(
        project.drop / "sales.parquet"
    )
    (record,) = project.land(date(2026, 4, 1))
    assert record.logical_date == date(2026, 4, 1) and record.quarantined == 1
    assert project.rows(record).filter(pl.col("id") == "S003")["price"][0] == Decimal("3.50")
    assert quarantine.show(project.home, record.load_number)["_broken"].to_list() == [["price_type"]]


def test_csv_gz_in_latin_1_with_semicolons_is_read_by_contract(tmp_path: Path) -> None:
    columns = {"id": SALES["id"], "name": {"type": "VARCHAR"}, "updated_at": SALES["updated_at"]}
    extraction = {"path": "*.csv.gz", "delimiter": ";", "encoding": "latin-1"}
    project = sales(tmp_path, None, columns=columns, extraction=extraction)
    project.send(gzip.compress("id;name;updated_at\n1;café;2026-03-10T08:00:00Z\n".encode("latin-1")), "a.csv.gz")
    (record,) = project.land()
    assert project.rows(record)["name"].to_list() == ["café"]
    assert not list((project.home / "bronze").glob(".spool*"))


def test_json_lines_keep_big_ids_and_say_which_field_is_new(tmp_path: Path) -> None:
    columns = {"id": {"type": "BIGINT", "primaryKey": True}, "price": {"type": "DECIMAL(9,2)"}}
    project = sales(tmp_path, None, columns=columns, extraction={"path": "*.jsonl", "format": "jsonl", "cursor": "id"})
    project.send('{"id": 9007199254740993, "price": 1.5}\n{"id": 2, "price": "2.25"}\n', "a.jsonl")
    (record,) = project.land()
    assert project.rows(record).rows() == [(9007199254740993, Decimal("1.50")), (2, Decimal("2.25"))]
    project.send('{"id": 1, "price": 1, "colour": "red"}\n', "a.jsonl")
    with pytest.raises(GateError, match="column 'colour' is new"):
        project.land()


def test_a_date_without_files_blocks_unless_the_contract_allows_it(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="there is no file for 2026-03-10"):
        sales(tmp_path / "a", None).land()
    (record,) = sales(tmp_path / "b", None, extraction={"onMissing": "empty"}).land()
    assert record.rows == 0


def test_a_folder_that_is_gone_and_one_that_was_never_named_are_different_errors(tmp_path: Path) -> None:
    project = sales(tmp_path)
    (before,) = project.land()
    project.drop.rename(tmp_path / "elsewhere")
    with pytest.raises(GhalaError, match="the folder of 'drop' is not there"):
        project.land()

    del os.environ["GHALA_DROP_DIR"]
    with pytest.raises(ConfigError, match="GHALA_DROP_DIR is not set"):
        project.land()
    assert project.records() == [before]


def test_a_date_pattern_finds_only_the_files_of_its_date(tmp_path: Path) -> None:
    project = sales(tmp_path)
    project.send(GOOD.replace("S0", "T0"), "20260311.csv")
    first, second = project.land(DAY, date(2026, 3, 11))
    assert project.rows(first)["id"][0] == "S000" and project.rows(second)["id"][0] == "T000"
    assert set(tree(project.home / "bronze")) >= {first.file, second.file, "shop/sales/_schema.parquet"}


def test_row_numbers_and_rows_go_on_over_the_batches_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BATCH_ROWS", 30)
    columns = {**SALES, "row_no": {"type": "BIGINT", "physicalName": "$row"}}
    project = sales(tmp_path, columns=columns)
    (record,) = project.land()
    assert project.rows(record)["row_no"].to_list() == list(range(1, 101))
    assert project.rows(record)["id"].to_list() == [f"S{n:03}" for n in range(100)]
