"""The example's contracts and models on files of a few lines, made here: these run where the real files are absent."""

import gzip
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.config import Settings
from orchestration.errors import GateError
from orchestration.ingest import manifest
from orchestration.ingest.contract import load_contracts
from orchestration.ingest.land import land
from orchestration.ingest.sources_yaml import render
from orchestration.progress import silent
from orchestration.run import build_and_publish
from tests.python.examples import online_retail as known

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
OLDER = (
    "489434,79066k, CUP ,1,2009-12-01 07:45:00,0.001,13085.0,United Kingdom",
    "489434,79066k, CUP ,1,2009-12-01 07:45:00,0.001,13085.0,United Kingdom",
    'C489449,"47503J ","SIGN 7"" WIDE",-2,2009-12-01 10:33:00,6.95,,EIRE',
    "A506401,B,Adjust bad debt,1,2010-04-29 13:36:00,-53594.36,,United Kingdom",
    "536365,22041,,6,2010-12-01 08:26:00,2.55,17850.0,France",
)
NEWER: dict[str, list[object]] = {
    "InvoiceNo": ["536365", "581587"],
    "StockCode": ["22041", "POST"],
    "Description": [None, "POSTAGE"],
    "Quantity": [6.0, 1.0],
    "InvoiceDate": [datetime(2010, 12, 1, 8, 26), datetime(2011, 12, 9, 12, 50)],
    "UnitPrice": [2.55, 0.0],
    "CustomerID": [17850.0, None],
    "Country": ["France", "France"],
}
COLUMNS = (
    "invoice_no, stock_code, product_code, description, customer_id, quantity, "
    "cast(unit_price as varchar), cast(amount as varchar), cast(invoiced_at as varchar)"
)
FLAGS = (
    "concat_ws(' ', if(is_product, 'product', null), if(is_cancellation, 'C', null), "
    "if(is_adjustment, 'A', null), if(is_price_negative, 'debt', null))"
)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    write(folder, OLDER, NEWER)
    monkeypatch.setenv("GHALA_ONLINE_RETAIL_DIR", str(folder))
    return folder


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("GHALA_HOME", str(tmp_path / "home"))
    return Settings(home=tmp_path / "home", project=known.PROJECT, start_date=known.DAY)


def write(folder: Path, older: tuple[str, ...], newer: dict[str, list[object]]) -> None:
    """The two files of the vendor with these lines."""
    (folder / known.OLDER).write_bytes(gzip.compress("\n".join((HEADER, *older, "")).encode()))
    pl.DataFrame(newer).write_parquet(folder / known.NEWER)


def land_all(example: Settings, day: date = known.DAY) -> None:
    land(example, [(contract, day) for contract in load_contracts(example.contracts)], run_id=f"r{day:%d}")


def test_the_generated_sources_are_those_of_the_contracts() -> None:
    rendered = render(load_contracts(known.PROJECT / "contracts"))
    assert {path: (known.PROJECT / path).read_text(encoding="utf-8") for path in rendered} == rendered


def test_the_example_holds_contracts_and_sql_and_no_program() -> None:
    assert not list(known.PROJECT.rglob("*.py"))


def test_lines_are_flagged_and_kept_and_the_newest_landing_counts(files: Path, example: Settings) -> None:
    """Repeats stay, an invoice of both files comes once, and a file delivered again replaces itself."""
    write(files, (*OLDER, "489435,21843,LATER WITHDRAWN,1,2009-12-01 07:46:00,1.5,,France"), NEWER)
    land_all(example)
    write(files, OLDER, NEWER)
    land_all(example, known.DAY.replace(day=10))
    outcome, published = build_and_publish(example, silent)
    assert [(node.name.split("_fct")[0], node.failures) for node in outcome.nodes if node.status == "warn"] == [
        ("not_negative", 1)
    ]
    with duckdb.connect(str(published.file), read_only=True) as star:
        lines = star.sql(f"select {COLUMNS}, {FLAGS} from marts.fct_sales_lines order by all").fetchall()
    cup = ("489434", "79066k", "79066K", "CUP", "13085", 1, "0.001", "0.001", "2009-12-01 07:45:00", "product")
    assert lines == [
        cup,
        cup,
        ("536365", "22041", "22041", None, "17850", 6, "2.550", "15.300", "2010-12-01 08:26:00", "product"),
        ("581587", "POST", "POST", "POSTAGE", None, 1, "0.000", "0.000", "2011-12-09 12:50:00", ""),
        ("A506401", "B", "B", "Adjust bad debt", None, 1, "-53594.360", "-53594.360", "2010-04-29 13:36:00", "A debt"),
        (
            "C489449",
            "47503J ",
            "47503J",
            'SIGN 7" WIDE',
            None,
            -2,
            "6.950",
            "-13.900",
            "2009-12-01 10:33:00",
            "product C",
        ),
    ]


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("489434,85048,X,1.5,2009-12-01 07:45:00,1,13085.0,France", "quantity is no BIGINT"),
        ("489434,85048,X,1,2009-12-01 07:45:00,1.0001,13085.0,France", "unit_price is no DECIMAL"),
        ("489434,85048,X,1,2009-12-01 07:45:00,1,13085.5,France", "customer_id is no DECIMAL"),
        ("489434,85048,X,1,01/12/2009 07:45,1,13085.0,France", "invoiced_at is no TIMESTAMP"),
        ("X489434,85048,X,1,2009-12-01 07:45:00,1,13085.0,France", "invoice_no is not like"),
        ("489434,,X,1,2009-12-01 07:45:00,1,13085.0,France", "stock_code is missing"),
    ],
)
def test_a_line_that_would_lose_something_stops_the_file(
    files: Path, example: Settings, broken: str, said: str
) -> None:
    """Nothing is set aside here: a single line that does not fit its type exactly blocks the whole file."""
    write(files, (*OLDER, broken), NEWER)
    with pytest.raises(GateError, match=said):
        land_all(example)
    assert manifest.read(example.home) == []


def test_a_price_of_more_digits_than_the_contract_stops_the_newer_file(files: Path, example: Settings) -> None:
    write(files, OLDER, {**NEWER, "UnitPrice": [2.5501, 0.0]})
    with pytest.raises(GateError, match="unit_price is no DECIMAL"):
        land_all(example)


def test_the_names_of_one_file_are_not_taken_for_those_of_the_other(files: Path, example: Settings) -> None:
    names = {"InvoiceNo": "Invoice", "UnitPrice": "Price", "CustomerID": "Customer ID"}
    write(files, OLDER, {names.get(name, name): values for name, values in NEWER.items()})
    with pytest.raises(GateError, match=r"'InvoiceNo' is missing \(renamed to 'Invoice'"):
        land_all(example)
