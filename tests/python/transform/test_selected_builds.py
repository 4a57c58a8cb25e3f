"""Builds of chosen models between whole ones: what the next whole build makes is what a full one makes, row for row.

A chosen build reads inputs of which some are behind. When those catch up, without a new load in between, they carry the
load number that the reader has seen already.
"""

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build
from tests.python.transform.marts import differing, read_marts
from tests.python.transform.tidy_rows import Row, at, changed, product
from tests.python.transform.tidy_world import tidy_world

WHOLE = ("--select", "+fct_order_lines", "+fct_payments", "+fct_shipments")
DIMENSION = ("int_products__versions", "int_products__latest", "snap_products", "dim_product")
RANGES = "int_dimension_keys__ranges"
NEXT = date(2026, 1, 4)
MARK = 77
FROM_NOTHING = [(), ("--full-refresh",)]


def build_chosen(home: Path, *models: str, how: tuple[str, ...] = ()) -> None:
    """`dbt build --select` of these models, after a look at what has landed."""
    build(home, *how, "--select", "int_loads__history", *models)


def assert_as_a_full_build(home: Path) -> None:
    """After one more whole build the marts are what they are when everything is made from nothing."""
    build(home, *WHOLE)
    incremental = read_marts(home)
    for name in ("star.duckdb", "warehouse.duckdb"):
        (home / name).unlink()
    build(home, *WHOLE)
    assert differing(incremental, read_marts(home)) == []


@pytest.fixture(scope="module")
def built(home_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A copy of the tidy world, built as a whole and published, and its last load."""
    shutil.rmtree(home_path, ignore_errors=True)
    world = BronzeWorld(home_path)
    tidy_world(world)
    build(home_path, *WHOLE)
    (home_path / "serving").mkdir()
    (home_path / "serving" / "ghala-1.json").write_text(json.dumps({"loads": world.load_number}))
    copy = tmp_path_factory.mktemp("built") / "home"
    shutil.copytree(home_path, copy)
    return copy, world.load_number


@pytest.fixture
def world(home: Path, built: tuple[Path, int]) -> BronzeWorld:
    """That world in its place."""
    shutil.copytree(built[0], home)
    world = BronzeWorld(home)
    world.load_number = built[1]
    return world


def test_an_input_that_catches_up_after_its_reader_was_built_is_not_missed(world: BronzeWorld, home: Path) -> None:
    # each pair is of one row of a fact, and the chosen builds see only the second of it
    paid = {"short_code": "400200", "completed_at": at(3, 12), "details": "Pay Bill", "status": "Completed"}
    line = paid | {"receipt_no": "STRAY2", "paid_in": Decimal(60), "fee": Decimal(0), "balance": Decimal(0)}
    said = {"trans_id": "STRAY2", "transaction_type": "Pay Bill", "trans_time": at(3, 12), "amount": Decimal(70)}
    message = said | {"short_code": "400200", "bill_ref": "0RD1", "msisdn_hmac": "h", "received_at": at(3, 12)}
    customer: Row = {"customer_id": "C1", "segment": "office"} | changed(at(2, 8))
    world.land("mpesa", "statements", NEXT, [line | {"reason_type": "Pay Bill", "account_no": "0RD1"}])
    world.land("mpesa", "c2b_confirmations", NEXT, [message])
    world.land("commerce", "customers", NEXT, [customer])
    world.land("erp", "products", NEXT, [product("P1", 9, at(2, 8, 30))])
    build_chosen(home, "int_mpesa_confirmations__versions", "int_mpesa_transactions__united", "fct_payments")
    build_chosen(home, *DIMENSION, RANGES, "fct_order_lines")
    assert_as_a_full_build(home)


@pytest.mark.parametrize("how", FROM_NOTHING, ids=str)
def test_what_was_made_of_a_table_that_was_behind_is_made_again(
    world: BronzeWorld, home: Path, how: tuple[str, ...]
) -> None:
    world.land("erp", "products", NEXT, [product("P1", 9, at(2, 8, 30))])
    build_chosen(home, *DIMENSION, RANGES)
    world.land("erp", "suppliers", NEXT, [])
    build_chosen(home, "fct_shipments.v1", how=how)  # of version 2, which still has the keys of before
    assert_as_a_full_build(home)


@pytest.mark.parametrize("how", FROM_NOTHING, ids=str)
@pytest.mark.usefixtures("world")
def test_after_a_chosen_build_a_whole_one_makes_no_more_than_what_is_new(home: Path, how: tuple[str, ...]) -> None:
    build_chosen(home, "fct_order_lines", how=how)
    with duckdb.connect(str(home / "star.duckdb")) as connection:
        connection.execute(f"update marts.fct_order_lines set qty = {MARK}")
    build(home, *WHOLE)
    with duckdb.connect(str(home / "star.duckdb"), read_only=True) as connection:
        assert connection.execute("select qty from marts.fct_order_lines").fetchall() == [(MARK,)]
        remembered = connection.execute(
            "select comment from duckdb_columns() where table_name = 'fct_order_lines' and column_name = '_load'"
        ).fetchall()
    assert "since" not in json.loads(remembered[0][0])
