"""The clean world keeps every invariant, judged by SQL over what the sources deliver and by nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import fastexcel
import polars as pl
import psycopg
import pytest

from . import rules, rules_offers, rules_returns, rules_supply
from .conftest import Retailer

MASTERS = ("products", "suppliers", "warehouses", "promotions")
DOCUMENTS = (
    "purchase_orders", "purchase_order_lines", "goods_receipts", "inventory_ledger", "supplier_invoices", "price_list",
    "promotion_items", "fx_rates",
)  # fmt: skip
RESOURCES = ("customers", "orders", "shipments", "returns")
RULES = rules.RULES | rules_supply.RULES | rules_offers.RULES | rules_returns.RULES
VIEWS = """
CREATE TABLE lines AS SELECT o.* EXCLUDE (lines), unnest(lines, recursive := true) FROM orders o;
CREATE TABLE shipment_lines AS SELECT s.* EXCLUDE (lines), unnest(lines, recursive := true) FROM shipments s;
CREATE TABLE return_lines AS SELECT r.* EXCLUDE (lines), unnest(lines, recursive := true) FROM returns r;
CREATE VIEW ledger AS SELECT *, (moved_at AT TIME ZONE 'Africa/Nairobi')::DATE AS business_date FROM inventory_ledger;
CREATE VIEW closing AS SELECT DISTINCT sku, warehouse_code, business_date,
    sum(qty_signed) OVER (PARTITION BY sku, warehouse_code ORDER BY business_date) AS qty FROM ledger;
"""


def _counts(folder: Path, target: Path) -> None:
    rows = []
    for path in sorted(folder.glob("*/*/*/*.xlsx")):
        sheet = fastexcel.read_excel(path).load_sheet("Stock").to_polars()
        for row in sheet.iter_rows(named=True):
            day, site = path.stem.split("_")[1:]
            rows.append({
                "count_id": path.stem, "warehouse_code": site, "business_date": f"{day[:4]}-{day[4:6]}-{day[6:]}",
                "sku": row["SKU"], "qty": row["Qty"], "counted_at": row["Counted At"],
            })  # fmt: skip
    target.write_text("\n".join(json.dumps(row) for row in rows))


@pytest.fixture(scope="session")
def delivered(retailer: Retailer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Everything that the sources deliver, in one DuckDB."""
    folder = tmp_path_factory.mktemp("delivered")
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for resource in RESOURCES:
        path = folder / f"{resource}.json"
        path.write_text("\n".join(json.dumps(record) for record in retailer.all(resource)))
        connection.execute(f"CREATE TABLE {resource} AS FROM read_json('{path}', maximum_object_size = 100000000)")
    _counts(Path(retailer.env["GHALA_WMS_DIR"]), folder / "counts.json")
    connection.execute(f"CREATE TABLE counts AS FROM read_json('{folder / 'counts.json'}')")
    for name in (*MASTERS, *DOCUMENTS):
        schema = "audit" if name in MASTERS else "erp"
        frame = _frame(retailer, f"SELECT * FROM {schema}.{name}")
        connection.register("frame", frame)
        connection.execute(f"CREATE TABLE {name} AS FROM frame")
    connection.execute(VIEWS)
    yield connection


def _frame(retailer: Retailer, query: str) -> pl.DataFrame:
    """A query's result as a Polars frame, decimals kept."""
    with psycopg.connect(retailer.env["GHALA_ERP_DSN"]) as connection:
        cursor = connection.execute(query.encode())
        names = [column.name for column in cursor.description or []]
        return pl.DataFrame(cursor.fetchall(), schema=names, orient="row", infer_schema_length=None)


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_no_exception(rule: str, delivered: duckdb.DuckDBPyConnection) -> None:
    assert delivered.execute(RULES[rule].exceptions).fetchmany(3) == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_notices_a_break(rule: str, delivered: duckdb.DuckDBPyConnection) -> None:
    """A rule that cannot fail proves nothing."""
    delivered.execute("BEGIN")
    try:
        delivered.execute(RULES[rule].break_it)
        assert delivered.execute(RULES[rule].exceptions).fetchmany(1)
    finally:
        delivered.execute("ROLLBACK")


@pytest.mark.parametrize("table", [*MASTERS, *DOCUMENTS, *RESOURCES])
def test_change_times_lie_within_the_simulated_days(table: str, delivered: duckdb.DuckDBPyConnection) -> None:
    wrong = f"SELECT * FROM {table} WHERE updated_at < created_at OR updated_at >= TIMESTAMPTZ '2025-10-12 00:00:00+00'"
    assert delivered.execute(wrong).fetchmany(3) == []


def test_the_world_is_not_trivially_clean(delivered: duckdb.DuckDBPyConnection) -> None:
    """Every kind of event that the rules speak of happens in the small world."""
    kinds = {row[0] for row in delivered.execute("SELECT DISTINCT movement_type FROM ledger").fetchall()}
    assert kinds >= {"OPENING", "RECEIPT", "SHIP", "RETURN_IN", "TRANSFER_IN", "TRANSFER_OUT", "ADJUST", "WRITE_OFF"}
    for query in (
        "SELECT count(*) FROM lines WHERE cancelled_qty > 0 AND status <> 'cancelled'",
        "SELECT count(*) FROM lines WHERE discount <> '0.00'",
        "SELECT count(*) FROM orders WHERE customer_id IS NULL AND channel = 'till'",
        "SELECT count(*) FROM goods_receipts WHERE rejected_qty > 0",
        "SELECT count(*) FROM (SELECT sku FROM products GROUP BY sku HAVING count(DISTINCT list_price) > 1)",
        "SELECT count(*) FROM (SELECT customer_id FROM customers GROUP BY ALL HAVING count(*) > 1)",
        "SELECT count(*) FROM ledger WHERE hour(moved_at) >= 21",
        "SELECT count(*) FROM purchase_orders WHERE status = 'sent'",
        "SELECT count(*) FROM purchase_orders WHERE status = 'cancelled'",
        "SELECT count(*) FROM purchase_orders WHERE currency <> 'KES'",
        "SELECT count(*) FROM goods_receipts JOIN purchase_orders USING (po_number) WHERE currency <> 'KES'",
        "SELECT count(*) FROM supplier_invoices WHERE status = 'paid'",
        "SELECT count(*) FROM supplier_invoices WHERE status = 'open'",
        "SELECT count(*) FROM ledger WHERE reversal_of IS NOT NULL",
        "SELECT count(*) FROM orders WHERE picked_at IS NULL AND allocated_at IS NOT NULL",
        "SELECT count(*) FROM return_lines WHERE restocked_qty > 0",
        "SELECT count(*) FROM return_lines WHERE scrapped_qty > 0",
        "SELECT count(*) FROM returns WHERE status = 'received'",
        "SELECT count(*) FROM lines WHERE promo_code LIKE 'PAIR%' AND discount <> '0.00'",
        "SELECT count(*) FROM lines WHERE promo_code LIKE 'SAVE%'",
        "SELECT count(*) FROM lines WHERE promo_code LIKE 'LOCAL%'",
        "SELECT count(*) FROM promotion_items ANTI JOIN lines USING (promo_code, sku)",
        "SELECT count(*) FROM (SELECT promo_code FROM promotions GROUP BY ALL HAVING count(DISTINCT budget) > 1)",
        "SELECT count(*) FROM price_list WHERE promo_price IS NULL AND promo_code IS NOT NULL",
    ):
        row = delivered.execute(query).fetchone()
        assert row is not None and row[0] > 0, query
