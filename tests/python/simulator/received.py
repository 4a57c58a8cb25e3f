"""Everything that the file sources deliver, read with csv, json and polars only, as tables of texts in one DuckDB.

Each row knows the file that it came from (`file`: name without ending, `day`: folder as YYYY-MM-DD) and its position.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from .conftest import Retailer
from .rules import Rule

Row = dict[str, Any]
MPESA, WMS, FEED = "GHALA_MPESA_DIR", "GHALA_WMS_DIR", "GHALA_SUPPLIER_FEED_DIR"


def files(retailer: Retailer, variable: str, pattern: str) -> list[Path]:
    """Files below a source's folder, in the order of their days."""
    return sorted(Path(retailer.env[variable]).rglob(pattern))


def _origin(path: Path, number: int) -> Row:
    return {"file": path.stem, "day": "-".join(path.parts[-4:-1]), "row_no": number}


def _json_lines(paths: list[Path]) -> Iterator[Row]:
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines()):
            yield {**json.loads(line), **_origin(path, number)}


def _csv_rows(paths: list[Path]) -> Iterator[Row]:
    for path in paths:
        for number, row in enumerate(csv.DictReader(io.StringIO(path.read_text()))):
            yield {**{name: value or None for name, value in row.items()}, **_origin(path, number)}


def decoded(content: bytes) -> tuple[str, str]:
    """(text, encoding) of a file that is UTF-8 or latin-1."""
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def _quotes(paths: list[Path]) -> Iterator[Row]:
    for path in paths:
        text, encoding = decoded(path.read_bytes())
        mark = ";" if ";" in text.splitlines()[0] else ","
        for number, row in enumerate(csv.DictReader(io.StringIO(text), delimiter=mark)):
            yield {**row, "encoding": encoding, "mark": mark, **_origin(path, number)}


def _answers(paths: list[Path]) -> Iterator[Row]:
    """One flat row per STK callback."""
    for line in _json_lines(paths):
        answer = line["Body"]["stkCallback"]
        items = answer.get("CallbackMetadata", {}).get("Item", [])
        yield {
            **{name: line[name] for name in ("file", "day", "row_no", "ReceivedAt")},
            **{name: answer[name] for name in ("MerchantRequestID", "CheckoutRequestID", "ResultCode", "ResultDesc")},
            **dict.fromkeys(("Amount", "MpesaReceiptNumber", "TransactionDate", "PhoneNumber")),
            **{item["Name"]: str(item["Value"]) for item in items},
        }


def _store(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    connection.register("frame", frame)
    connection.execute(f"CREATE TABLE {name} AS FROM frame")


def load(retailer: Retailer) -> duckdb.DuckDBPyConnection:
    """A DuckDB with the files, and with what the other sources say about the same things."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    tables: dict[str, list[Row]] = {
        "c2b": list(_json_lines(files(retailer, MPESA, "c2b_*.jsonl"))),
        "stk": list(_answers(files(retailer, MPESA, "stk_*.jsonl"))),
        "reversals": list(_json_lines(files(retailer, MPESA, "reversals_*.jsonl"))),
        "statements": list(_csv_rows(files(retailer, MPESA, "statement_*.csv"))),
        "adjustments": list(_csv_rows(files(retailer, WMS, "adjustments_*.csv"))),
        "notes": list(_csv_rows(files(retailer, WMS, "delivery_notes_*.csv"))),
        "quotes": list(_quotes(files(retailer, FEED, "*.csv"))),
        "events": list(_json_lines(files(retailer, "GHALA_WEB_DIR", "*.jsonl"))),
        **{name: retailer.all(name) for name in ("customers", "orders", "shipments", "returns", "payment_requests")},
    }
    for row in tables["events"]:
        row["utm"] = json.dumps(row["utm"])
    for name in ("orders", "shipments", "returns"):
        tables[f"{name}_lines"] = [
            {**{key: value for key, value in record.items() if key != "lines"}, **line}
            for record in tables[name] for line in record.pop("lines")
        ]  # fmt: skip
    for name, rows in tables.items():
        _store(connection, name, pl.DataFrame(rows, infer_schema_length=None))
    paths = [str(path) for path in files(retailer, "GHALA_FORECASTS_DIR", "*.parquet")]
    parts = [pl.read_parquet(path).with_columns(file=pl.lit(Path(path).stem)) for path in paths]
    _store(connection, "forecasts", pl.concat(parts))
    for name, query in ERP.items():
        texts = [list(map(str, row)) for row in retailer.sql(query)]
        columns = query.split(" FROM ")[0].removeprefix("SELECT ").split(", ")
        _store(connection, name, pl.DataFrame(texts, schema=columns, orient="row"))
    connection.execute(VIEWS)
    return connection


ERP = {
    "ledger": "SELECT movement_id, sku, warehouse_code, movement_type, qty_signed, moved_at, reference_type, "
    "reference_id FROM erp.inventory_ledger",
    "products": "SELECT sku, abc_class, status, primary_supplier_code, standard_cost, updated_at FROM audit.products",
    "suppliers": "SELECT supplier_code, currency, contract_lead_time_days, updated_at FROM audit.suppliers",
    "warehouses": "SELECT warehouse_code, warehouse_type FROM erp.warehouses",
    "promotion_items": "SELECT promo_code, valid_from, valid_to FROM erp.promotion_items",
    "rates": "SELECT currency, rate_date, rate FROM erp.fx_rates",
}
VIEWS = """
CREATE MACRO digits(t) AS strptime(t, '%Y%m%d%H%M%S') - INTERVAL 3 HOUR;
CREATE MACRO nairobi(t) AS (t::TIMESTAMP + INTERVAL 3 HOUR)::DATE;
CREATE MACRO phone(t) AS '254' || right(t, 9);
CREATE VIEW payments AS
SELECT s.MpesaReceiptNumber AS receipt, s.Amount::DECIMAL(18, 2) AS amount, digits(s.TransactionDate) AS moment,
    '400200' AS short_code, r.order_id, s.PhoneNumber AS msisdn, 'stk' AS path
FROM stk s LEFT JOIN payment_requests r ON r.checkout_request_id = s.CheckoutRequestID WHERE s.ResultCode = 0
UNION ALL SELECT TransID, TransAmount::DECIMAL(18, 2), digits(TransTime), BusinessShortCode, BillRefNumber, MSISDN,
    CASE WHEN TransactionType = 'Pay Bill' THEN 'stray' ELSE 'till' END FROM c2b;
CREATE VIEW given_back AS SELECT TransactionID AS receipt, OriginalTransactionID AS linked, Reason AS reason,
    TransAmount::DECIMAL(18, 2) AS amount, digits(TransTime) AS moment, BusinessShortCode AS short_code,
    MSISDN AS msisdn FROM reversals;
CREATE VIEW posted AS SELECT "Receipt No." AS receipt, "Completion Time"::TIMESTAMP - INTERVAL 3 HOUR AS moment,
    coalesce("Paid In", '0')::DECIMAL(18, 2) AS paid_in, coalesce(Withdrawn, '0')::DECIMAL(18, 2) AS withdrawn,
    Fee::DECIMAL(18, 2) AS fee, Balance::DECIMAL(18, 2) AS balance, "Reason Type" AS reason_type,
    "Linked Receipt" AS linked, "A/C No." AS account, "Short Code" AS short_code, file, day, row_no FROM statements;
"""


def has_exception(connection: duckdb.DuckDBPyConnection, rule: Rule) -> list[Any]:
    """Up to three rows that break the rule."""
    return connection.execute(rule.exceptions).fetchmany(3)


def notices(connection: duckdb.DuckDBPyConnection, rule: Rule) -> bool:
    """Whether the rule finds something after its break; the tables stay as they were."""
    connection.execute("BEGIN")
    try:
        connection.execute(rule.break_it)
        return bool(has_exception(connection, rule))
    finally:
        connection.execute("ROLLBACK")
