"""Dirt in the rows of the ERP. Values are the texts of PostgreSQL's COPY."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from simulator.dirt.editor import Rule
from simulator.dirt.scene import Draw, Item, Key, Outcome, Row, Scene, hashes
from simulator.dirt.shop_edits import moved

KEYS = {
    "suppliers": ("supplier_code",), "products": ("sku",), "warehouses": ("warehouse_code",),
    "promotions": ("promo_code",), "purchase_orders": ("po_number",), "purchase_order_lines": ("po_number", "line_no"),
    "goods_receipts": ("grn_number", "line_no"), "inventory_ledger": ("movement_id",),
    "supplier_invoices": ("invoice_number", "line_no"), "price_list": ("sku", "channel", "valid_from"),
    "promotion_items": ("promo_code", "sku", "scope_type", "scope_code"), "fx_rates": ("currency", "rate_date"),
}  # fmt: skip
EXTRA_LINE = 900  # line numbers of purchase order lines that were entered by mistake


def key_of(table: str, row: Row) -> Key:
    """The landing key: numbers as numbers."""
    return {name: int(row[name]) if name.endswith("line_no") else row[name] for name in KEYS[table]}


def _touch(row: Row, lag: int, **values: str) -> Row:
    return {**row, **values, "updated_at": moved(row["updated_at"], days=lag)}


def correction(row: Row, draw: Draw) -> Outcome | None:
    """A tenth too dear at first."""
    lag, cost = draw.lag, Decimal(row["unit_cost"])
    if cost == 0:
        return None
    wrong = {**row, "unit_cost": f"{cost * Decimal('1.1') + Decimal('0.01'):.4f}"}
    return Outcome([wrong], [Item(key_of(draw.table, row), lag=lag)], [(lag, _touch(row, lag))])


def late(row: Row, draw: Draw) -> Outcome | None:
    """Booked some days after it happened."""
    lag = draw.lag
    after = _touch(row, lag, created_at=moved(row["created_at"], days=lag))
    return Outcome([], [Item(key_of(draw.table, row), lag=lag)], [(lag, after)])


def unit_mix(row: Row, draw: Draw) -> Outcome | None:
    """Cartons in place of pieces; the cost stays that of a piece."""
    names = ("received_qty", "rejected_qty", "accepted_qty")
    if row.get("uom") != "EA":
        return None
    for size in (24, 12):
        if all(int(row[name]) % size == 0 for name in names):
            changed = {**row, **{name: str(int(row[name]) // size) for name in names}, "uom": f"CTN{size}"}
            return Outcome([changed], [Item(key_of(draw.table, row))])
    return None


def milestones(row: Row, draw: Draw) -> Outcome | None:
    """Sent before it was ordered."""
    if row["status"] != "received":
        return None
    sent = moved(row["ordered_at"], seconds=-3600 - draw.number(7200))
    return Outcome([{**row, "sent_at": sent}], [Item(key_of(draw.table, row))])


def alias(row: Row, draw: Draw) -> Outcome:
    """The supplier's name as somebody else would write it, the same whenever the line is delivered."""
    name = row["supplier_name"]
    other = (name.upper(), name.replace(" Ltd", " Limited"), f"{name} (K)", name.replace(" ", "  ", 1))
    text = other[draw.scene.number(4, hashes([row["invoice_number"]]).item(), "alias")]
    changed = text if text != name else f"M/S {name}"
    return Outcome([{**row, "supplier_name": changed}], [Item(key_of(draw.table, row))])


def _aliased(scene: Scene, lines: Sequence[str]) -> list[int]:
    """By number and line: an invoice is delivered again when it is paid."""
    numbers = hashes(["\t".join(line.split("\t", 2)[:2]) for line in lines])
    return np.flatnonzero(scene.hit("supplier_alias", numbers)).tolist()


def over_receipt(ordered: dict[tuple[str, str], int], extra: dict[tuple[str, str], int]) -> Rule:
    """The rule for receipts. ordered: units by (po_number, line_no); extra collects units by (grn_number, line_no)."""

    def change(row: Row, draw: Draw) -> Outcome | None:
        wanted, got = ordered.get((row["po_number"], row["po_line_no"])), int(row["accepted_qty"])
        if wanted is None or got != wanted or row["uom"] != "EA":
            return None
        more = got // 20 + 1 + draw.number(3)
        extra[row["grn_number"], row["line_no"]] = more
        changed = {**row, **{name: str(int(row[name]) + more) for name in ("received_qty", "accepted_qty")}}
        return Outcome([changed], [Item(key_of(draw.table, row))])

    return Rule("over_receipt", change)


def follow(extra: dict[tuple[str, str], int]) -> Rule:
    """The rule that books over-receipts in the ledger. extra: units by (grn_number, line_no)."""

    def find(_: Scene, lines: Sequence[str]) -> list[int]:
        marks = [f"\tPO_RECEIPT\t{grn}\t{line}\t" for grn, line in extra]
        return [n for n, line in enumerate(lines) if any(mark in line for mark in marks)] if marks else []

    def change(row: Row, draw: Draw) -> Outcome:
        more = extra[row["reference_id"], row["reference_line_no"]]
        item = Item(key_of(draw.table, row), expected="kept")
        return Outcome([{**row, "qty_signed": str(int(row["qty_signed"]) + more)}], [item])

    return Rule("over_receipt", change, find=find)


def soft_delete(row: Row, draw: Draw) -> Outcome | None:
    """A line too many, marked as deleted some days later."""
    extra = _mistake(row)
    lag = draw.lag
    gone = _touch(extra, lag, is_deleted="t")
    return Outcome([row, extra], [Item(key_of(draw.table, extra), lag=lag)], [(lag, gone)])


def hard_delete(row: Row, draw: Draw) -> Outcome | None:
    """A line too many that vanishes some days later."""
    extra = _mistake(row)
    lag, key = draw.lag, key_of(draw.table, extra)
    return Outcome([row, extra], [Item(key, lag=lag)], gone=[(lag, key)])


def _mistake(row: Row) -> Row:
    return {**row, "line_no": str(EXTRA_LINE + int(row["line_no"])), "cancelled_qty": "0"}


def new_lines(kind: str) -> Rule:
    """The rule of a kind that hits purchase order lines on the day they are made."""
    change = soft_delete if kind == "soft_delete" else hard_delete

    def fresh(row: Row, draw: Draw) -> Outcome | None:
        return change(row, draw) if row["created_at"] == row["updated_at"] else None

    return Rule(kind, fresh)


RULES: dict[str, tuple[Rule, ...]] = {
    "erp.goods_receipts": (Rule("unit_mix", unit_mix), Rule("correction", correction)),
    "erp.purchase_orders": (Rule("milestones_out_of_order", milestones),),
    "erp.purchase_order_lines": (new_lines("soft_delete"), new_lines("hard_delete")),
    "erp.supplier_invoices": (Rule("supplier_alias", alias, find=_aliased),),
    "erp.inventory_ledger": (Rule("correction", correction), Rule("late", late), Rule("very_late", late)),
}  # fmt: skip
