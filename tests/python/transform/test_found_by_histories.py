"""What drawn histories have found once, as one fixed history, because they are drawn anew each time."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build
from tests.python.transform.marts import read_marts
from tests.python.transform.tidy_rows import DAYS, Row, at, changed, product

WANTED = ("--select", "+fct_inventory_daily", "+fct_procurement_pipeline")


def ordered(number: str, warehouse: str) -> Row:
    order = {"po_number": number, "supplier_code": "S1", "warehouse_code": warehouse, "status": "sent"}
    return order | {"currency": "KES", "promised_date": DAYS[2], "ordered_at": at(1)} | changed(at(1))


def line(number: str) -> Row:
    what = {"po_number": number, "line_no": 1, "sku": "P1", "ordered_qty": 40, "cancelled_qty": 0}
    return what | {"unit_cost": Decimal(2)} | changed(at(1))


def invoice(number: str, qty: int) -> Row:
    bill = {"invoice_number": number, "line_no": 1, "supplier_code": "S1", "po_number": "PO1", "po_line_no": 1}
    return bill | {"invoiced_qty": qty, "currency": "KES", "invoice_date": DAYS[1]} | changed(at(2))


def movement(moment: datetime) -> Row:
    moved = {"movement_id": "M1", "sku": "P1", "warehouse_code": "WH01", "movement_type": "RECEIPT", "qty_signed": 15}
    return moved | {"unit_cost": Decimal(2), "moved_at": moment, "reference_type": "NONE"} | changed(moment)


def ask(home: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "star.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_load_equals_a_full_build_where_it_once_did_not(home: Path) -> None:
    world = BronzeWorld(home)
    world.land("erp", "products", DAYS[1], [product("P1", 2, at(3))])
    world.land("erp", "inventory_ledger", DAYS[1], [movement(at(2))])
    world.land("erp", "purchase_orders", DAYS[0], [ordered("PO1", "WH01"), ordered("PO2", "WH02")])
    world.land("erp", "purchase_order_lines", DAYS[0], [line("PO1")])
    world.land("erp", "purchase_order_lines", DAYS[1], [line("PO2")])
    build(home, *WANTED)
    pairs = "select distinct sku, warehouse_code from marts.fct_inventory_daily order by all"
    assert ask(home, pairs) == [("P1", "WH01"), ("P1", "WH02")]

    world.land("erp", "supplier_invoices", DAYS[1], [invoice("INV1", 14), invoice("INV2", 18)])
    build(home, *WANTED)
    # two invoices of one line came together
    assert ask(home, "select invoiced_qty_to_date from marts.fct_procurement_pipeline order by po_number")[0] == (32,)

    world.land("erp", "products", DAYS[1], [product("P1", 3, at(3, 20)) | {"status": "discontinued"}])
    world.land("erp", "purchase_order_lines", DAYS[1], [])
    build(home, *WANTED)
    incremental = read_marts(home)
    # another first version of the product, from the same beginning of time
    assert ask(home, "select bool_or(is_assorted), max(closing_value) from marts.fct_inventory_daily") == [(False, 45)]
    # the only thing on its way to a warehouse was withdrawn
    assert ask(home, pairs) == [("P1", "WH01")]

    for name in ("star.duckdb", "warehouse.duckdb"):
        (home / name).unlink()
    build(home, *WANTED)
    assert read_marts(home) == incremental
