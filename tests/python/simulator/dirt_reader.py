"""Reads what a retailer's sources deliver, by key: which rows exist, where, and with which values."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import fastexcel

from .conftest import Retailer

Key = tuple[tuple[str, object], ...]
Found = dict[tuple[str, Key], list[str]]  # (table, key) -> each delivery as "place: values"
ERP = {
    "erp.purchase_orders": ("po_number",),
    "erp.purchase_order_lines": ("po_number", "line_no"),
    "erp.goods_receipts": ("grn_number", "line_no"),
    "erp.supplier_invoices": ("invoice_number", "line_no"),
    "erp.inventory_ledger": ("movement_id",),
    "erp.price_list": ("sku", "channel", "valid_from"),
    "erp.promotion_items": ("promo_code", "sku", "scope_type", "scope_code"),
    "erp.fx_rates": ("currency", "rate_date"),
    "erp.suppliers": ("supplier_code",),
    "erp.products": ("sku",),
    "erp.warehouses": ("warehouse_code",),
    "erp.promotions": ("promo_code",),
}
SHOP = {
    "customers": (("customer_id", "updated_at"), "customers", ""),
    "orders": (("order_id",), "orders", "order_lines"),
    "shipments": (("shipment_id",), "shipments", "shipment_lines"),
    "returns": (("return_id",), "returns", "return_lines"),
    "payment_requests": (("checkout_request_id",), "payment_requests", ""),
}
FILES = {
    "stock": ("stock_counts", ()),
    "adjustments": ("adjustments", (("adjustment_id", "adjustment_id"),)),
    "delivery_notes": ("delivery_notes", (("shipment_id", "shipment_id"),)),
    "quotes": ("price_quotes", ()),
    "c2b": ("c2b_confirmations", (("trans_id", "TransID"),)),
    "stk": ("stk_callbacks", (("checkout_request_id", "CheckoutRequestID"),)),
    "reversals": ("reversals", (("trans_id", "TransactionID"),)),
    "statement": ("statements", (("receipt_no", "Receipt No."),)),
    "events": ("events", (("event_id", "event_id"),)),
}


def key_of(values: dict[str, Any]) -> Key:
    """A key as the truth file writes it, hashable."""
    return tuple(sorted(values.items()))


def table_of(name: str) -> str:
    """stock_20251003_WH01.xlsx -> stock."""
    return re.split(r"_\d{8}", name)[0]


def erp_rows(retailer: Retailer) -> Found:
    """Rows of the ERP."""
    found: Found = defaultdict(list)
    for table, key in ERP.items():
        rows = retailer.sql(f"SELECT row_to_json(t)::text FROM {table} t")
        for (text,) in rows:
            row = json.loads(str(text))
            found[table.partition(".")[2], key_of({name: row[name] for name in key})].append(str(text))
    return found


def shop_rows(retailer: Retailer) -> Found:
    """Records of the API and, for themselves, their lines."""
    found: Found = defaultdict(list)
    for resource, (names, table, line_table) in SHOP.items():
        for record in retailer.all(resource):
            head: dict[str, Any] = dict(record)
            key = {name: head[name] for name in names}
            lines = head.pop("lines", [])
            found[table, key_of(key)].append(json.dumps(head))
            for line in lines:
                found[line_table, key_of({**key, "line_no": line["line_no"]})].append(json.dumps(line))
    return found


def sheet_rows(path: Path) -> tuple[list[str], list[list[Any]]]:
    """(what stands above the header, rows) of a workbook; the header is where `SKU` or its first column stands."""
    raw = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
    top = next(n for n, row in enumerate(raw) if row[0] == "SKU")
    return [str(row[0]) for row in raw[:top]], [list(row) for row in raw[top + 1 :]]


def file_rows(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSON-lines or CSV file."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text().splitlines()]
    raw = path.read_bytes()
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.split("\n")[0] else ","))


def rows_of_files(retailer: Retailer, *, skip: set[str]) -> Found:
    """Rows of all files but parquet; files in `skip` (paths below sources/<source>/) are left out."""
    found: Found = defaultdict(list)
    sources = retailer.home / "sources"
    for source in ("wms", "mpesa", "web", "supplier_feed"):
        for path in sorted((sources / source).rglob("*.*")):
            name = str(path.relative_to(sources / source))
            if not path.is_file() or name in skip or path.name.startswith("~$"):
                continue
            table, key = FILES[table_of(path.name)]
            if path.suffix == ".xlsx":
                above, sheet = sheet_rows(path)
                found[table, key_of({"count_id": path.stem})].append(f"{above}")
                for n, row in enumerate(sheet):
                    found[table, key_of({"count_id": path.stem, "row_no": n + 1})].append(f"{row}")
                continue
            for n, row in enumerate(file_rows(path)):
                inner = row["Body"]["stkCallback"] if "Body" in row else row
                named = {there: inner[here] for there, here in key}
                place = key_of(named or {"quote_file": path.stem, "row_no": n + 1})
                found[table, place].append(f"{path.name}: {json.dumps(row, sort_keys=True)}")
    return found


def differing(clean: Found, dirty: Found) -> set[tuple[str, Key]]:
    """Keys that are delivered in another way: other values, another place, once more or once less."""
    return {key for key in clean.keys() | dirty.keys() if sorted(clean.get(key, [])) != sorted(dirty.get(key, []))}


def truth(retailer: Retailer) -> list[dict[str, Any]]:
    """The truth file."""
    return [json.loads(line) for line in (retailer.home / "sources/truth.jsonl").read_text().splitlines()]


def header(path: Path) -> list[str]:
    """The first row of a workbook."""
    return [str(cell) for cell in fastexcel.read_excel(path).load_sheet(0, header_row=None).to_polars().row(0)]
