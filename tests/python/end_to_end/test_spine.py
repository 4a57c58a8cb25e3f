"""From source systems to published marts by the commands a person types; totals are compared with the sources."""

import json
from decimal import Decimal
from pathlib import Path

import polars as pl

from tests.python.end_to_end.retailer import Retailer


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
    columns = retailer.marts(
        "select schema_name || '.' || table_name, column_name from duckdb_columns()"
        " where schema_name = 'marts' and data_type = 'VARCHAR'"
    )
    # one query: to open the file for each of 199 columns took 8 CPU s
    texts = " union all ".join(f'select distinct "{column}" from {table}' for table, column in columns)
    shown = {text for (text,) in retailer.marts(texts)}
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
