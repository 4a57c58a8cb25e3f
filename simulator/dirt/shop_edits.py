"""Dirt in the records of the shop's API. Only records in their last state are hit: nothing overwrites it later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from simulator.dirt.editor import Rule
from simulator.dirt.scene import Draw, Item, Outcome, Row, Scene, hashes

CODES = ("POSTAGE", "BANK CHARGES", "DISCOUNT", "CARRIAGE", "MANUAL", "SAMPLES", "ADJUST")
LINES_PER_ORDER = 2.5
FINAL = {"orders": ("delivered", "cancelled"), "shipments": ("delivered",), "returns": ("refunded",)}
KEYS = {
    "customers": ("customer_id", "updated_at"), "orders": ("order_id",), "shipments": ("shipment_id",),
    "returns": ("return_id",), "payment_requests": ("checkout_request_id",),
}  # fmt: skip
LINE_TABLE = {"orders": "order_lines", "shipments": "shipment_lines", "returns": "return_lines"}


def moved(text: str, *, days: int = 0, seconds: int = 0) -> str:
    """An ISO time some days and seconds later, in the same notation."""
    moment = datetime.fromisoformat(text) + timedelta(days=days, seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if "." in text else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def key_of(table: str, row: Row) -> dict[str, Any]:
    """The landing key of a record, or of its header where lines are landed."""
    return {name: row[name] for name in KEYS[table]}


def _final(row: Row, draw: Draw) -> bool:
    return draw.table not in FINAL or row["status"] in FINAL[draw.table]


def duplicate(row: Row, draw: Draw) -> Outcome | None:
    """The record twice."""
    if not _final(row, draw):
        return None
    return Outcome([row, row], [Item(key_of(draw.table, row))])


def _more(amount: str, plus: str) -> str:
    return f"{Decimal(amount) + Decimal(plus):.2f}"


def correction(row: Row, draw: Draw) -> Outcome | None:
    """A wrong fee or freight at first."""
    if not _final(row, draw):
        return None
    wrong, lag = dict(row), draw.lag
    if draw.table == "orders":
        for name in ("shipping_fee", "order_total"):
            wrong[name] = _more(row[name], "50.00")
    else:
        first = row["lines"][0]
        wrong["lines"] = [{**first, "freight": _more(first["freight"], "35.00")}, *row["lines"][1:]]
    right = {**row, "updated_at": moved(row["updated_at"], days=lag)}
    return Outcome([wrong], [Item(key_of(draw.table, row), lag=lag)], [(lag, right)])


def _extra_line(row: Row, draw: Draw, sku: str, price: str) -> Outcome | None:
    if not _final(row, draw):
        return None
    number = len(row["lines"]) + 1
    qty = 1 + draw.number(3, "qty")
    line = {
        **row["lines"][0], "line_no": number, "sku": sku, "qty": qty, "cancelled_qty": 0, "unit_price": price,
        "discount": "0.00", "promo_code": None,
    }  # fmt: skip
    key = {"order_id": row["order_id"], "line_no": number}
    return Outcome([{**row, "lines": [*row["lines"], line]}], [Item(key, "order_lines")])


def non_product(row: Row, draw: Draw) -> Outcome | None:
    """A line for postage and the like."""
    return _extra_line(row, draw, CODES[draw.number(len(CODES))], f"{50 + draw.number(400, 'price')}.00")


def _some_sku(draw: Draw) -> str:
    return f"GH{draw.number(draw.scene.config.skus, 'sku') + 1:06d}"


def zero_price(row: Row, draw: Draw) -> Outcome | None:
    """A line that costs nothing, of a named customer: one of nobody at the till would be a hidden adjustment."""
    if row["customer_id"] is None:
        return None
    return _extra_line(row, draw, _some_sku(draw), "0.00")


def negative_price(row: Row, draw: Draw) -> Outcome | None:
    """A line with a price below zero."""
    return _extra_line(row, draw, _some_sku(draw), f"-{5 + draw.number(200, 'price')}.50")


def variant(sku: str, number: int) -> str:
    """The SKU as somebody else would write it."""
    return (sku.lower(), f" {sku}", f"{sku} ", f" {sku.lower()}")[number % 4]


def with_variants(scene: Scene, lines: Sequence[str]) -> list[int]:
    """Every second of the lines that name a SKU which somebody writes in another way."""
    if not scene.variant_skus:
        return []
    pattern = re.compile("|".join(sorted(scene.variant_skus)))
    rows = [n for n, line in enumerate(lines) if pattern.search(line)]
    numbers = hashes([lines[n] for n in rows]).tolist()
    return [n for n, number in zip(rows, numbers, strict=True) if scene.number(2, number, "sku_variants") == 0]


def sku_variants(row: Row, draw: Draw) -> Outcome | None:
    """Other notations of SKUs in the lines."""
    if not _final(row, draw):
        return None
    lines, items = [], []
    for place, line in enumerate(row["lines"]):
        if line["sku"] in draw.scene.variant_skus:
            items.append(Item({**key_of(draw.table, row), "line_no": line["line_no"]}, LINE_TABLE[draw.table]))
            line = {**line, "sku": variant(line["sku"], draw.number(4, str(place)))}  # noqa: PLW2901
        lines.append(line)
    return Outcome([{**row, "lines": lines}], items)


def header_mismatch(row: Row, draw: Draw) -> Outcome | None:
    """A total that is not the sum."""
    if not _final(row, draw):
        return None
    wrong = _more(row["order_total"], f"{10 + draw.number(90)}.00")
    return Outcome([{**row, "order_total": wrong}], [Item(key_of(draw.table, row))])


def out_of_order(row: Row, draw: Draw) -> Outcome | None:
    """Paid before it was placed, delivered before it was shipped."""
    if row["status"] != "delivered":
        return None
    before = -600 - draw.number(7200)
    if draw.table == "orders":
        changed = {**row, "paid_at": moved(row["placed_at"], seconds=before)}
    else:
        changed = {**row, "delivered_at": moved(row["shipped_at"], seconds=before)}
    return Outcome([changed], [Item(key_of(draw.table, row))])


def unmatched_return(row: Row, draw: Draw) -> Outcome | None:
    """One more return, of an order that nobody has: scrapped, so that no stock moves."""
    if not _final(row, draw):
        return None
    lines = [{**line, "restocked_qty": 0, "scrapped_qty": line["returned_qty"]} for line in row["lines"][:1]]
    extra = {**row, "return_id": f"RET9{row['return_id'][4:]}", "order_id": f"ORD8{row['order_id'][4:]}"}
    extra |= {"lines": [{**line, "line_no": 1} for line in lines]}
    return Outcome([row, extra], [Item({"return_id": extra["return_id"], "line_no": 1}, "return_lines")])


RULES: dict[str, tuple[Rule, ...]] = {
    "customers": (Rule("duplicate", duplicate),),
    "payment_requests": (Rule("duplicate", duplicate),),
    "orders": (
        Rule("duplicate", duplicate), Rule("correction", correction),
        Rule("non_product_codes", non_product, LINES_PER_ORDER), Rule("zero_price", zero_price, LINES_PER_ORDER),
        Rule("negative_price", negative_price, LINES_PER_ORDER), Rule("sku_variants", sku_variants, find=with_variants),
        Rule("header_mismatch", header_mismatch), Rule("milestones_out_of_order", out_of_order),
    ),
    "shipments": (
        Rule("duplicate", duplicate), Rule("correction", correction),
        Rule("sku_variants", sku_variants, find=with_variants), Rule("milestones_out_of_order", out_of_order),
    ),
    "returns": (
        Rule("duplicate", duplicate), Rule("sku_variants", sku_variants, find=with_variants),
        Rule("cancellation_without_match", unmatched_return),
    ),
}  # fmt: skip
