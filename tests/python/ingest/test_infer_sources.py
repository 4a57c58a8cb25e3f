"""Contracts inferred from large, broken and typed sources: workbooks, JSON lines, Parquet, SQLite, PostgreSQL."""

import io
import os
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import psycopg
import pytest
import xlsxwriter

from orchestration.config import Settings
from orchestration.errors import ConfigError, GhalaError
from orchestration.ingest.land import land
from tests.python.examples import online_retail as known
from tests.python.ingest.inferred import drop, landed, lines, made, types
from tests.python.ingest.project import DAY, Project


def test_ragged_rows_are_named_with_their_line(tmp_path: Path) -> None:
    _, done = made(tmp_path, drop(tmp_path, lines("a,b", "1,2", "2", "3,4,5", "4,5", "5,6", "6,7", "7,8")))
    assert any("line 4 has 3 fields and the header 2" in doubt for _, doubt in done.doubts)


def test_mixed_encodings_are_named_with_their_line(tmp_path: Path) -> None:
    content = "id,n\n1,Zoë\n".encode() + "2,Zoë\n".encode("latin-1")
    contract, done = made(tmp_path, drop(tmp_path, content))
    assert any("1 lines are UTF-8 and 1 are not (line 3)" in doubt for _, doubt in done.doubts)
    assert landed(tmp_path, contract).height == 2


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"", "empty"),
        ("a.parquet", b"PAR1 and nothing", "cannot be read"),
        ("a.xlsx", b"no workbook", "cannot be read"),
        ("a.csv.gz", b"not packed", "cannot be read"),
        ("a.jsonl", b"{no json}\n", "cannot be read"),
        ("a.bin", b"x", "does not say what it is"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    with pytest.raises(GhalaError, match=problem):
        made(tmp_path, drop(tmp_path, content, name))


def test_a_contract_that_is_there_is_not_replaced_and_no_file_is_no_target(tmp_path: Path) -> None:
    file = drop(tmp_path, lines("id,v", "a,1"))
    made(tmp_path, file)
    with pytest.raises(ConfigError, match="already"):
        made(tmp_path, file)
    assert made(tmp_path, file, force=True)[1].rows == 1
    with pytest.raises(ConfigError, match="no file"):
        made(tmp_path, tmp_path / "nothing.csv", table="other")


def test_a_workbook_with_a_title_and_a_total_lands(tmp_path: Path) -> None:
    file = drop(tmp_path, b"", "counts 2026-03-10.xlsx")
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("Notes").write(0, 0, "see the other sheet")
        sheet, day = book.add_worksheet("Counts"), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write(0, 0, "Stock of March")
        sheet.write_row(2, 0, ["SKU", "Counted", "Price", "On"])
        for n in range(40):
            sheet.write_row(3 + n, 0, [f"00{n}", n, n + 0.25])
            sheet.write_datetime(3 + n, 3, datetime(2026, 3, 10), day)
        sheet.write_row(43, 0, ["TOTAL", 780])
    contract, _ = made(tmp_path, file)
    assert types(contract) == {"sku": "VARCHAR", "counted": "BIGINT", "price": "DECIMAL(18,2)", "on": "DATE"}
    assert contract.extraction.skip_rows == ("TOTAL",) and contract.extraction.sheet == "Counts"
    project = Project(Settings(home=tmp_path / "home", project=tmp_path / "project", start_date=None))
    (record,) = land(project.settings, [(contract, DAY)], "test")
    assert (record.rows, record.quarantined) == (40, 0)
    assert project.rows(record).row(39) == ("0039", 39, Decimal("39.25"), date(2026, 3, 10))


def test_json_lines_land_with_their_paths_and_digits(tmp_path: Path) -> None:
    content = lines(
        '{"id": 9007199254740993, "at": "2026-03-10T08:00:00Z", "body": {"sum": 1.10, "ok": true}, "tags": ["a"]}',
        '{"id": 9007199254740994, "at": "2026-03-10T08:00:01Z", "body": {"sum": 12.345678901234567890, "ok": null}}',
    )
    contract, done = made(tmp_path, drop(tmp_path, content, "events_20260310.jsonl"))
    assert contract.drop_columns == ("tags",)
    rows = landed(tmp_path, contract)
    assert rows["id"].to_list() == [9007199254740993, 9007199254740994]
    assert rows["body_sum"].to_list() == [Decimal("1.10"), Decimal("12.345678901234567890")]
    assert any("'tags'" in doubt for _, doubt in done.doubts)


def test_a_parquet_file_keeps_its_types_and_loses_only_what_landing_cannot_hold(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": pl.Series([2**63 + 1, 2], dtype=pl.UInt64),
            "price": [2.55, 3.0],
            "rate": [0.1 + 0.2, 1.0],
            "code": ["007", "8"],
            "tags": [["a"], []],
            "at": pl.Series([datetime(2026, 3, 10, 8, tzinfo=UTC)] * 2, dtype=pl.Datetime("us", "UTC")),
            "kind": pl.Series(["a", "b"], dtype=pl.Categorical),
        }
    )
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    contract, _ = made(tmp_path, drop(tmp_path, buffer.getvalue(), "x_20260310.parquet"))
    assert list(types(contract).values()) == [
        "DECIMAL(20,0)", "DECIMAL(18,2)", "DOUBLE", "VARCHAR", "TIMESTAMP", "VARCHAR"
    ]  # fmt: skip
    rows = landed(tmp_path, contract)
    assert rows.row(0) == (Decimal(2**63 + 1), Decimal("2.55"), 0.1 + 0.2, "007", datetime(2026, 3, 10, 8), "a")


def test_a_table_of_sqlite_lands_whatever_its_values_are(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("create table orders (order_id integer primary key, sku text not null, price real, at text)")
        database.executemany(
            "insert into orders values (?, ?, ?, ?)",
            [(9007199254740993, "007", 0.1 + 0.2, "2026-03-10 08:00:00"), (2, "8", 5, "2026-03-10 23:59:59")],
        )
        database.commit()
    contract, _ = made(tmp_path, f"{file}:orders", source="shop")
    assert contract.key == "shop.orders"
    assert contract.primary_key == ("order_id",)
    assert landed(tmp_path, contract).sort("order_id", descending=True).row(0) == (
        9007199254740993, "007", Decimal("0.30000000000000004"), datetime(2026, 3, 10, 8),
    )  # fmt: skip
    with pytest.raises(GhalaError, match="orders"):
        made(tmp_path, f"{file}:order", source="shop")
    with pytest.raises(ConfigError, match="many tables"):
        made(tmp_path, file, source="shop", table="b")


def test_a_table_of_postgres_lands_with_the_keys_of_its_catalogue(tmp_path: Path, postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as database:
        database.execute("create schema inferred")
        database.execute(
            "create table inferred.orders (region text, order_id bigint, amount numeric, price numeric(12,4) not null,"
            " email text, tags text[], updated_at timestamptz not null, primary key (order_id, region))"
        )
        database.execute(
            "insert into inferred.orders values ('a', 9007199254740993, 1.123456789012345678901, 2.5, 'a@b.org',"
            " '{x}', '2026-03-10 08:00+03'), ('b', 2, 1e12, 2, null, null, '2026-03-10 09:00+03')"
        )
    os.environ["GHALA_ERP_DSN"] = postgres
    contract, done = made(tmp_path, "erp:inferred.orders", source=None)
    assert contract.key == "erp.orders"
    assert contract.primary_key == ("order_id", "region")
    assert contract.cursor_column is not None and contract.cursor_column.name == "updated_at"
    assert types(contract)["price"] == "DECIMAL(12,4)"
    assert any("numeric without precision (amount)" in doubt for _, doubt in done.doubts)
    rows = landed(tmp_path, contract).sort("order_id")
    assert rows["amount"].to_list() == [Decimal("1e12"), Decimal("1.123456789012345678901")]
    assert rows["updated_at"].to_list() == [datetime(2026, 3, 10, 6), datetime(2026, 3, 10, 5)]
    with pytest.raises(GhalaError, match="cannot be read"):
        made(tmp_path, "erp:inferred.nothing", source=None)


def test_the_real_retail_files_land_under_inferred_contracts(tmp_path: Path) -> None:
    """A million real lines; skips where they are absent ($ONLINE_RETAIL)."""
    folder = known.folder()
    for name, rows in ((known.OLDER, 525_461), (known.NEWER, 541_909)):
        contract, done = made(tmp_path, folder / name, source="retail", table=name.split(".")[0])
        assert done.good == done.rows == rows
        price = next(column for column in contract.columns if "price" in column.name)
        assert price.type == "DECIMAL(18,3)"
        project = Project(Settings(home=tmp_path / "home", project=tmp_path / "project", start_date=None))
        (record,) = land(project.settings, [(contract, known.DAY)], "test")
        assert (record.rows, record.quarantined) == (rows, 0)
