"""From source systems to published marts by the commands a person types; totals are compared with the sources."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import httpx
import polars as pl
import psycopg
import pytest
from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parents[3]


class Retailer:
    """A simulated retailer and the Ghala that reads it, both below one folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GHALA_")}
        self.environment = {**inherited, "GHALA_HOME": str(home)}

    def type(self, *words: str) -> str:
        """Run `python -m WORDS` and give what it prints."""
        command = [sys.executable, "-m", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout.strip()

    def marts(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / "serving" / "ghala.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def erp(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.variable("GHALA_ERP_DSN")) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]

    def api(self, path: str) -> list[dict[str, Any]]:
        """All records of an endpoint, page by page, in a client of the test's own."""
        headers = {"Authorization": f"Bearer {self.variable('GHALA_COMMERCE_TOKEN')}"}
        records, cursor = [], None
        with httpx.Client(base_url=self.variable("GHALA_COMMERCE_URL"), headers=headers) as client:
            while True:
                response = client.get(path, params={"limit": 1000} | ({"cursor": cursor} if cursor else {}))
                if response.status_code == 429:
                    continue
                page = response.raise_for_status().json()
                records += page["data"]
                cursor = page["next_cursor"]
                if cursor is None:
                    return records

    def variable(self, name: str) -> str:
        value = dotenv_values(self.home / ".env")[name]
        assert value
        return value


@pytest.fixture(scope="module")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retailer]:
    retailer = Retailer(tmp_path_factory.mktemp("spine") / "home")
    try:
        retailer.type("simulator", "start", "--skus", "60", "--warehouses", "3", "--days", "12")
        retailer.type("orchestration", "init")
        retailer.type("orchestration", "run", "--to", retailer.type("simulator", "today"))
        retailer.type("simulator", "next-day")
        retailer.type("orchestration", "run", "--to", retailer.type("simulator", "today"))
        yield retailer
    finally:
        retailer.type("simulator", "stop")


def test_stock_equals_the_ledger_of_the_erp(retailer: Retailer) -> None:
    in_erp = retailer.erp("select sku, warehouse_code, sum(qty_signed)::bigint from erp.inventory_ledger group by 1, 2")
    sql = "select sku, warehouse_code, closing_qty from marts.fct_inventory_balances where is_current"
    in_marts = retailer.marts(sql)
    assert sorted(in_marts) == sorted(in_erp)
    assert len(in_marts) > 50


def test_receipts_cost_what_the_erp_says(retailer: Retailer) -> None:
    sql = "select count(*), sum(accepted_qty)::bigint, sum(round(accepted_qty * unit_cost, 2)) from erp.goods_receipts"
    in_marts = retailer.marts("select count(*), sum(accepted_qty)::bigint, sum(received_cost) from marts.fct_receipts")
    assert in_marts == retailer.erp(sql)


def test_sales_equal_the_orders_of_the_shop(retailer: Retailer) -> None:
    orders = retailer.api("/v1/orders")
    lines = [line for order in orders for line in order["lines"]]
    goods = sum(Decimal(order["order_total"]) - Decimal(order["shipping_fee"]) for order in orders)
    in_marts = retailer.marts(
        "select count(*), count(distinct order_id), sum(net_amount_ex_vat + vat_amount), sum(qty)::bigint"
        " from marts.fct_order_lines"
    )
    assert in_marts == [(len(lines), len(orders), goods, sum(line["qty"] for line in lines))]


def test_shipments_equal_those_of_the_shop(retailer: Retailer) -> None:
    lines = [line for shipment in retailer.api("/v1/shipments") for line in shipment["lines"]]
    freight = sum(Decimal(line["freight"]) for line in lines)
    in_marts = retailer.marts("select count(*), sum(shipped_qty)::bigint, sum(freight_amount) from marts.fct_shipments")
    assert in_marts == [(len(lines), sum(line["shipped_qty"] for line in lines), freight)]


def test_counts_equal_the_sheets_of_the_warehouses(retailer: Retailer) -> None:
    sheets = sorted(Path(retailer.variable("GHALA_WMS_DIR")).rglob("*.xlsx"))
    rows = [
        (path.stem, row["SKU"], int(row["Qty"])) for path in sheets for row in pl.read_excel(path).iter_rows(named=True)
    ]
    assert sorted(retailer.marts("select count_id, sku, counted_qty from marts.fct_stock_counts")) == sorted(rows)
    assert rows


def test_each_version_of_a_product_is_in_its_history(retailer: Retailer) -> None:
    in_erp = retailer.erp("select sku, standard_cost from audit.products")
    in_marts = retailer.marts("select sku, standard_cost from marts.dim_product where product_key > 0")
    assert set(in_marts) == set(in_erp)
    assert len(in_marts) > 50


def test_no_mail_or_phone_reaches_a_reader_and_no_name_of_a_customer(retailer: Retailer) -> None:
    customers = retailer.api("/v1/customers")
    personal = {c[column] for c in customers for column in ("email", "msisdn")}
    shown: set[Any] = set()
    for table, column in retailer.marts(
        "select schema_name || '.' || table_name, column_name from duckdb_columns()"
        " where schema_name = 'marts' and data_type = 'VARCHAR'"
    ):
        shown |= {value for (value,) in retailer.marts(f'select distinct "{column}" from {table}')}
    assert len(personal) > 20
    assert not personal & shown
    names = {c["name"] for c in customers}
    assert not names & {text for row in retailer.marts("select * from marts.dim_customer") for text in row}
    newest = {c["customer_id"]: c["email"] for c in customers}
    pseudonyms = retailer.marts("select count(distinct email_hmac) from marts.dim_customer")
    assert pseudonyms == [(len(set(newest.values())),)]


def test_a_run_with_nothing_new_changes_nothing(retailer: Retailer) -> None:
    tables = "select table_name, estimated_size from duckdb_tables() order by 1"
    before = retailer.marts(tables)
    loads = (retailer.home / "bronze" / "manifest.jsonl").read_text()
    retailer.type("orchestration", "run", "--to", retailer.type("simulator", "today"))
    assert (retailer.home / "bronze" / "manifest.jsonl").read_text() == loads
    assert retailer.marts(tables) == before


def test_status_is_readable_by_a_program(retailer: Retailer) -> None:
    status = json.loads(retailer.type("orchestration", "status", "--json"))
    assert status
