"""A day's records as JSON text for the HTTP API: one record per line, ready to be sliced into pages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.clock import iso, iso_date, iso_or_null
from simulator.engine.money import line_discount, order_fee, order_total
from simulator.engine.output import DayOutput
from simulator.frames import Array, Frame, take
from simulator.masters import words
from simulator.masters.campaigns import promo_texts
from simulator.masters.text import Texts, people
from simulator.masters.world import World
from simulator.sinks.mpesa import checkout_ids, merchant_ids
from simulator.sinks.rows import pick

CUSTOMER = (
    '{"customer_id":"CUS%07d","name":"%s","email":"%s","msisdn":"%s","segment":"%s","loyalty_tier":"%s","county":"%s",'
    '"consent_marketing":%s,"acquisition_channel":"%s","first_seen_at":"%s","is_deleted":false,"created_at":"%s",'
    '"updated_at":"%s"}'
)
ORDER = (
    '{"order_id":"ORD%09d","customer_id":%s,"channel":"%s","warehouse_code":"%s","status":"%s","payment_method":"%s",'
    '"currency":"KES","placed_at":"%s","paid_at":%s,"allocated_at":%s,"picked_at":%s,"cancelled_at":%s,"promised_date":"%s","shipping_fee":"%d.%02d",'
    '"discount_total":"%d.%02d","order_total":"%d.%02d","created_at":"%s","updated_at":"%s","lines":[%s]}'
)
ORDER_LINE = (
    '{"line_no":%d,"sku":"%s","qty":%d,"cancelled_qty":%d,"unit_price":"%d.%02d","discount":"%d.%02d",'
    '"vat_class":"%s","promo_code":%s}'
)
SHIPMENT = (
    '{"shipment_id":"SHP%09d","order_id":"ORD%09d","customer_id":%s,"warehouse_code":"%s","carrier":"%s","status":"%s",'
    '"shipped_at":"%s","delivered_at":%s,"created_at":"%s","updated_at":"%s","lines":[%s]}'
)
SHIPMENT_LINE = (
    '{"line_no":%d,"order_line_no":%d,"sku":"%s","shipped_qty":%d,"delivered_qty":%s,"damaged_qty":%s,'
    '"freight":"%d.%02d"}'
)

RETURN = (
    '{"return_id":"RET%08d","order_id":"ORD%09d","customer_id":%s,"warehouse_code":"%s","channel":"%s","status":"%s",'
    '"returned_at":"%s","refunded_at":%s,"created_at":"%s","updated_at":"%s","lines":[%s]}'
)
RETURN_LINE = (
    '{"line_no":%d,"order_line_no":%d,"sku":"%s","returned_qty":%d,"restocked_qty":%d,"scrapped_qty":%d,'
    '"reason_code":"%s","batch_no":%s,"refund":"%d.%02d"}'
)
REQUEST = (
    '{"checkout_request_id":"%s","merchant_request_id":"%s","order_id":"ORD%09d","msisdn":"%d","amount":"%d.%02d",'
    '"requested_at":"%s","created_at":"%s","updated_at":"%s"}'
)


@dataclass(frozen=True)
class Records:
    """Records of one resource that changed on a day: sorted by (updated, key); `before` is -1 for new ones."""

    updated: Array
    key: Array
    before: Array
    text: list[bytes]


def _money(amount: Array) -> tuple[list[int], list[int]]:
    whole, cents = np.divmod(amount, 100)
    return whole.tolist(), cents.tolist()


def _sorted(updated: Array, key: Array, before: Array, text: list[str]) -> Records:
    order = np.lexsort((key, updated))
    return Records(updated[order], key[order], before[order], [text[n].encode() for n in order.tolist()])


def _grouped(position: Array, count: int, texts: list[str]) -> list[str]:
    """Texts of lines joined per record; `position` is ascending."""
    parts = np.bincount(position, minlength=count)
    ends = np.cumsum(parts)
    return [",".join(texts[start:end]) for start, end in zip((ends - parts).tolist(), ends.tolist(), strict=True)]


def _buyers(orders: Frame) -> list[str]:
    """Customer numbers as JSON; null where nobody was named at the till."""
    return ["null" if n < 0 else f'"CUS{n + 1:07d}"' for n in orders["customer"].tolist()]


def customer_records(frame: Frame, seed: int) -> Records:
    """One record per version."""
    names, mails, phones = people(seed, frame["id"], frame["contact"])
    created = iso(frame["created"])
    columns = (
        (frame["id"] + 1).tolist(), names, mails, phones, pick(words.SEGMENTS, frame["segment"]),
        pick(words.LOYALTY, frame["loyalty"]), pick([c[0] for c in words.COUNTIES], frame["county"]),
        pick(("false", "true"), frame["consent"]), pick(words.ACQUISITION, frame["source"]), created, created,
        iso(frame["updated"]),
    )  # fmt: skip
    text = [CUSTOMER % row for row in zip(*columns, strict=True)]
    return _sorted(frame["updated"], frame["id"], np.full(len(text), -1), text)


def order_records(orders: Frame, lines: Frame, end: int, world: World, texts: Texts) -> Records:
    """Orders in their state at `end` (microseconds): what is planned for later does not show."""
    position = np.searchsorted(orders["no"], lines["order"])
    count = len(orders["no"])
    discount = line_discount(lines)
    off = np.zeros(count, np.int64)
    np.add.at(off, position, discount)
    vat = [row.vat for row in words.CATEGORIES]
    promo = {n: f'"{promo_texts(n)[0]}"' if n else "null" for n in np.unique(lines["promo"]).tolist()}
    line_columns = (
        lines["line"].tolist(), pick(texts.sku, lines["sku"]), lines["qty"].tolist(), lines["cancelled"].tolist(),
        *_money(lines["price"]), *_money(discount), pick(vat, world.line[lines["sku"]]),
        [promo[n] for n in lines["promo"].tolist()],
    )  # fmt: skip
    line_text = [ORDER_LINE % row for row in zip(*line_columns, strict=True)]
    placed = iso(orders["placed"])
    columns = (
        orders["no"].tolist(), _buyers(orders), pick(words.CHANNELS, orders["channel"]),
        pick(texts.site, orders["site"]), pick(words.ORDER_STATUS, orders["status"]),
        pick(words.PAYMENTS, orders["payment"]), placed,
        *(iso_or_null(orders[name], orders[name] >= end, "null", '"')
          for name in ("paid", "allocated", "picked", "cancelled_at")),
        iso_date(orders["promised"]), *_money(order_fee(orders)), *_money(off),
        *_money(order_total(orders, lines, position)), placed, iso(orders["updated"]),
        _grouped(position, count, line_text),
    )  # fmt: skip
    text = [ORDER % row for row in zip(*columns, strict=True)]
    return _sorted(orders["updated"], orders["no"], orders["before"], text)


def shipment_records(orders: Frame, lines: Frame, world: World, texts: Texts) -> Records:
    """Shipments in their state at the end of the day."""
    position = np.searchsorted(orders["no"], lines["order"])
    count = len(orders["no"])
    delivered = orders["shipped_status"] == 2
    parts = np.bincount(position, minlength=count)
    first = np.r_[True, position[1:] != position[:-1]][: len(position)]
    number = np.arange(len(position)) - np.repeat(np.flatnonzero(first), parts[parts > 0]) + 1
    freight = orders["freight"][position] // parts[position]
    freight += np.where(first, orders["freight"][position] % parts[position], 0)
    known = delivered[position].tolist()
    line_columns = (
        number.tolist(), lines["line"].tolist(), pick(texts.sku, lines["sku"]), lines["shipped"].tolist(),
        [n if k else "null" for n, k in zip(lines["delivered"].tolist(), known, strict=True)],
        [n if k else "null" for n, k in zip(lines["damaged"].tolist(), known, strict=True)], *_money(freight),
    )  # fmt: skip
    line_text = [SHIPMENT_LINE % row for row in zip(*line_columns, strict=True)]
    updated = np.where(delivered, orders["deliver"], orders["ship"])
    shipped = iso(orders["ship"])
    columns = (
        orders["no"].tolist(), orders["no"].tolist(), _buyers(orders), pick(texts.site, orders["site"]),
        pick(words.CARRIERS, orders["carrier"]), pick(words.SHIPMENT_STATUS, orders["shipped_status"]), shipped,
        iso_or_null(orders["deliver"], ~delivered, "null", '"'), shipped, iso(updated),
        _grouped(position, count, line_text),
    )  # fmt: skip
    text = [SHIPMENT % row for row in zip(*columns, strict=True)]
    return _sorted(updated, orders["no"], orders["before"], text)


def return_records(lines: Frame, texts: Texts) -> Records:
    """Returns in their state at the end of the day; `lines` is sorted by return and line."""
    number, first, position = np.unique(lines["no"], return_index=True, return_inverse=True)
    head = take(lines, first)
    batch = [f'"LOT{n:09d}"' if n >= 0 else "null" for n in lines["batch"].tolist()]
    line_columns = (
        lines["line"].tolist(), lines["order_line"].tolist(), pick(texts.sku, lines["sku"]), lines["qty"].tolist(),
        lines["restocked"].tolist(), lines["scrapped"].tolist(), pick(words.RETURN_REASONS, lines["reason"]), batch,
        *_money(lines["refund"]),
    )  # fmt: skip
    line_text = [RETURN_LINE % row for row in zip(*line_columns, strict=True)]
    returned = iso(head["at"])
    columns = (
        number.tolist(), head["order"].tolist(), _buyers(head), pick(texts.site, head["site"]),
        pick(words.CHANNELS, head["channel"]), pick(words.RETURN_STATUS, head["status"]), returned,
        iso_or_null(head["refunded"], head["status"] != 2, "null", '"'), returned, iso(head["updated"]),
        _grouped(position, len(number), line_text),
    )  # fmt: skip
    text = [RETURN % row for row in zip(*columns, strict=True)]
    return _sorted(head["updated"], number, head["before"], text)


def request_records(attempts: Frame) -> Records:
    """Requests to pay by phone, as the shop stored them when it sent them; they never change."""
    sent = iso(attempts["requested"])
    columns = (
        checkout_ids(attempts), merchant_ids(attempts), attempts["order"].tolist(), attempts["msisdn"].tolist(),
        *_money(attempts["amount"]), sent, sent, sent,
    )  # fmt: skip
    text = [REQUEST % row for row in zip(*columns, strict=True)]
    return _sorted(attempts["requested"], attempts["order"] * 8 + attempts["n"], np.full(len(text), -1), text)


def records_of(day: DayOutput, end: int, world: World, texts: Texts) -> dict[str, Records]:
    """All API records that changed on this day, by resource."""
    return {
        "customers": customer_records(day.customers, world.config.seed),
        "orders": order_records(day.orders, day.lines, end, world, texts),
        "shipments": shipment_records(day.shipments, day.shipment_lines, world, texts),
        "returns": return_records(day.returns, texts),
        "payment_requests": request_records(day.mpesa.attempts),
    }
