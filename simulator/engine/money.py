"""What an order costs, what was paid for it, and what is given back."""

from __future__ import annotations

import numpy as np

from simulator.clock import SECOND
from simulator.frames import Array, Frame, concat, take
from simulator.masters.campaigns import AMOUNT, BOGO, PCT

PAYMENT, REFUND = 0, 1
MONEY_COLUMNS = "order kind amount at method channel site customer ret"
CANCELLED = 4


def _off(amount: Array, qty: Array | int, offer: Frame) -> Array:
    """Cents off an amount (share, rounded half up) or a quantity (cents per unit)."""
    share = (amount * offer["value"] + 5000) // 10_000
    return np.select([offer["mechanic"] == PCT, offer["mechanic"] == AMOUNT], [share, offer["value"] * qty], 0)


def unit_discount(price: Array, offer: Frame) -> Array:
    """Cents off one unit; 0 where every second unit is free."""
    return _off(price, 1, offer)


def line_discount(lines: Frame) -> Array:
    """Cents off per line, on the quantity that is not cancelled: a share, an amount per unit, or every second unit."""
    qty = lines["qty"] - lines["cancelled"]
    pairs = lines["price"] * (qty // 2)
    return np.where(lines["mechanic"] == BOGO, pairs, _off(lines["price"] * qty, qty, lines))


def line_net(lines: Frame) -> Array:
    """Cents to pay per line: price times the quantity that is not cancelled, less the discount."""
    return np.asarray(lines["price"] * (lines["qty"] - lines["cancelled"]) - line_discount(lines))


def order_fee(orders: Frame) -> Array:
    """Cents of shipping; a cancelled order pays none."""
    return np.where(orders["status"] == CANCELLED, 0, orders["fee"])


def order_total(orders: Frame, lines: Frame, position: Array) -> Array:
    """Cents to pay per order; `position` is the row of the order per line."""
    net = np.zeros(len(orders["no"]), np.int64)
    np.add.at(net, position, line_net(lines))
    return net + order_fee(orders)


def money_of_orders(orders: Frame, rows: Array, amount: Array, at: Array, kind: int) -> Frame:
    """Payments or refunds of these orders (positions); rows with nothing to move are left out."""
    count = len(rows)
    frame = {
        "order": orders["no"][rows], "kind": np.full(count, kind), "amount": amount, "at": at // SECOND * SECOND,
        "method": orders["payment"][rows], "channel": orders["channel"][rows], "site": orders["site"][rows],
        "customer": orders["customer"][rows], "ret": np.zeros(count, np.int64),
    }  # fmt: skip
    return take(frame, amount > 0)


def in_order(parts: list[Frame]) -> Frame:
    """All payments and refunds of a day in the order of time."""
    money = concat(parts)
    return take(money, np.lexsort((money["ret"], money["kind"], money["order"], money["at"])))
