"""Dirt in the rows of files. A table is the first part of a file's name: stock_20251003_WH01.xlsx is `stock`."""

from __future__ import annotations

from decimal import Decimal

from simulator.dirt.editor import Rule
from simulator.dirt.scene import Draw, Item, Key, Outcome, Row
from simulator.dirt.shop_edits import variant, with_variants

# Name of the table for which the rows are meant, and its key: name in the contract, name in the file.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "stock": ("stock_counts", {}),
    "adjustments": ("adjustments", {"adjustment_id": "adjustment_id"}),
    "delivery_notes": ("delivery_notes", {"shipment_id": "shipment_id"}),
    "quotes": ("price_quotes", {}),
    "c2b": ("c2b_confirmations", {"trans_id": "TransID"}),
    "stk": ("stk_callbacks", {"checkout_request_id": "CheckoutRequestID"}),
    "reversals": ("reversals", {"trans_id": "TransactionID"}),
    "statement": ("statements", {"receipt_no": "Receipt No."}),
    "events": ("events", {"event_id": "event_id"}),
    "forecast": ("demand_forecasts", {}),
}
TEXTS = ("KES 1,200", "on request", "n/a", "tbc", "ask sales", "two weeks")


def _answer(row: Row) -> Row:
    answer: Row = row["Body"]["stkCallback"]
    return answer


def key_of(table: str, row: Row) -> Key:
    """The key of a row that carries one."""
    place = _answer(row) if table == "stk" else row
    return {name: place[there] for name, there in TABLES[table][1].items()}


def _item(row: Row, draw: Draw, lag: int | None = None) -> Item:
    return Item(key_of(draw.table, row), TABLES[draw.table][0], lag=lag)


def duplicate(row: Row, draw: Draw) -> Outcome:
    """The row twice."""
    return Outcome([row, row], [_item(row, draw)])


def late(row: Row, draw: Draw) -> Outcome:
    """In a later day's file."""
    lag = draw.lag
    return Outcome([], [_item(row, draw, lag)], [(lag, row)])


def _is_payment(row: Row, draw: Draw) -> bool:
    return draw.table != "stk" or _answer(row)["ResultCode"] == 0


def lost(row: Row, draw: Draw) -> Outcome | None:
    """Never delivered."""
    return Outcome([], [_item(row, draw)]) if _is_payment(row, draw) else None


def mismatch(row: Row, draw: Draw) -> Outcome | None:
    """An amount that is too large."""
    if not _is_payment(row, draw):
        return None
    more = 5 + draw.number(95)
    if draw.table == "stk":
        answer = _answer(row)
        values = [
            {**each, "Value": each["Value"] + more} if each["Name"] == "Amount" else each
            for each in answer["CallbackMetadata"]["Item"]
        ]
        changed = {**row, "Body": {"stkCallback": {**answer, "CallbackMetadata": {"Item": values}}}}
    else:
        name = "TransAmount" if draw.table == "c2b" else "Paid In"
        if not row[name]:
            return None
        changed = {**row, name: f"{Decimal(row[name]) + more:.2f}"}
    return Outcome([changed], [_item(row, draw)])


def sku_variant(row: Row, draw: Draw) -> Outcome | None:
    """The SKU in another notation. Rows without a key of their own are named by file and position, see `number`."""
    name = "SKU" if "SKU" in row else "sku"
    if row.get(name) not in draw.scene.variant_skus:
        return None
    changed = {**row, name: variant(row[name], draw.number(4))}
    return Outcome([changed], [_item(row, draw)])


def text_in_numbers(row: Row, draw: Draw) -> Outcome | None:
    """Words in the cells of cost and lead time: each cell by itself."""
    changed, names = dict(row), []
    rate = draw.scene.rates[draw.kind]
    for name in ("cost", "lead_time"):
        if draw.number(1_000_000, name) < rate * 1_000_000:
            text = TEXTS[draw.number(len(TEXTS), f"{name} text")]
            changed[name] = f"KES {row[name]}" if text.startswith("KES") and name == "cost" else text
            names.append(name)
    return Outcome([changed], [_item(row, draw)]) if names else None


LATE = (Rule("late", late), Rule("very_late", late))
VARIANTS = Rule("sku_variants", sku_variant, find=with_variants)
RULES: dict[str, tuple[Rule, ...]] = {
    "stock": (VARIANTS,),
    "adjustments": (*LATE, VARIANTS),
    "delivery_notes": LATE,
    "quotes": (Rule("text_in_numbers", text_in_numbers, find=lambda _, lines: list(range(len(lines)))),),
    "c2b": (Rule("duplicate", duplicate), *LATE, Rule("payment_mismatch", mismatch), Rule("lost_callback", lost)),
    "stk": (Rule("duplicate", duplicate), *LATE, Rule("payment_mismatch", mismatch), Rule("lost_callback", lost)),
    "reversals": (Rule("duplicate", duplicate), *LATE),
    "statement": (Rule("payment_mismatch", mismatch),),
    "events": (Rule("duplicate", duplicate), *LATE, VARIANTS),
}
# Whose window of nine days may be delivered again: rows with a key of their own.
REDELIVERED = ("c2b", "stk", "reversals", "events", "adjustments", "delivery_notes")
