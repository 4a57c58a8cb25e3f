"""What a source has deleted and then takes back: the version before is the latest again, and no newer one says so."""

from decimal import Decimal
from pathlib import Path

import duckdb

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build
from tests.python.transform.marts import read_marts
from tests.python.transform.tidy_rows import DAYS, Row, at, changed, product

FACTS = ("fct_receipts", "fct_prices")
WANTED = ("--select", *(f"+{fact}" for fact in FACTS))


def receipt(number: str) -> Row:
    document = {"grn_number": number, "line_no": 1, "po_number": "PO1", "po_line_no": 1, "supplier_code": "S1"}
    received = {"warehouse_code": "WH01", "sku": "P1", "received_qty": 6, "rejected_qty": 1, "accepted_qty": 5}
    arrived = {"uom": "EA", "unit_cost": Decimal(5), "received_at": at(1, 7), "promised_date": DAYS[1]}
    return document | received | arrived | changed(at(1, 7))


def price(day: int) -> Row:
    return {"sku": "P1", "channel": "web", "valid_from": at(day), "list_price": Decimal(116)} | changed(at(1))


def deleted(row: Row) -> Row:
    return row | {"is_deleted": True, "updated_at": at(2)}


def counts(home: Path) -> list[int]:
    with duckdb.connect(str(home / "star.duckdb"), read_only=True) as connection:
        tables = (connection.table(f"marts.{fact}") for fact in FACTS)
        return [len(table) for table in tables]


def test_a_deletion_that_is_taken_back_leaves_the_facts_as_a_full_build_makes_them(home: Path) -> None:
    world = BronzeWorld(home)
    world.land("erp", "products", DAYS[0], [product("P1", 2, at(1))])
    world.land("erp", "goods_receipts", DAYS[0], [receipt("G1"), receipt("G2")])
    world.land("erp", "price_list", DAYS[0], [price(1), price(2)])
    build(home, *WANTED)
    assert counts(home) == [2, 2]

    world.land("erp", "goods_receipts", DAYS[1], [deleted(receipt("G1"))])
    world.land("erp", "price_list", DAYS[1], [deleted(price(2))])
    build(home, *WANTED)
    assert counts(home) == [1, 1]

    world.land("erp", "goods_receipts", DAYS[1], [])
    world.land("erp", "price_list", DAYS[1], [])
    build(home, *WANTED)
    incremental = read_marts(home)
    assert counts(home) == [2, 2]
    for name in ("star.duckdb", "warehouse.duckdb"):
        (home / name).unlink()
    build(home, *WANTED)
    assert read_marts(home) == incremental
