"""Goods come back: planned at the delivery, received some days later, then refunded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.clock import DAY, HOUR, MINUTE, SECOND, start_of
from simulator.engine.money import REFUND, line_net
from simulator.engine.output import RETURN_IN
from simulator.frames import Array, Frame, add_at, mix, number_within, take
from simulator.masters.words import CATEGORIES, RETURN_REASONS
from simulator.masters.world import World
from simulator.state import State

PLANNED, RECEIVED, REFUNDED = range(3)
DAMAGED, WRONG_ITEM, NOT_AS_DESCRIBED, EXPIRED, CHANGED_MIND = range(5)
# Share of the returned units that cannot be sold again, per reason.
SCRAPPED = np.array([0.97, 0.05, 0.4, 1.0, 0.08])
BATCH_DAYS = 28
SPOILS = np.array([row.name in {"Dairy", "Fresh"} for row in CATEGORIES])


def _batches(world: World, sku: Array, deliver: Array) -> tuple[Array, Array]:
    """(batch number, mask of bad batches) of what was delivered then; a batch of a SKU lasts four weeks."""
    batch = (deliver // DAY + sku * 7) // BATCH_DAYS * 100_000 + sku + 1
    return batch, mix(world.config.seed, batch, 61) % 1000 < 12


def _reasons(rng: np.random.Generator, bad: Array, spoils: Array) -> Array:
    count = len(bad)
    usual = rng.choice(len(RETURN_REASONS), count, p=[0.2, 0.17, 0.16, 0.07, 0.4])
    reason = np.where(bad & (rng.random(count) < 0.85), np.where(spoils, EXPIRED, DAMAGED), usual)
    return np.where((reason == EXPIRED) & ~spoils, NOT_AS_DESCRIBED, reason)


def plan_returns(world: World, state: State, position: Array, rows: Array, rng: np.random.Generator) -> Frame:
    """The goods of these delivered lines that will come back: all of one order at the same moment."""
    lines, orders = take(state.lines, rows), take(state.orders, position[rows])
    till = orders["carrier"] == 0
    batch, bad = _batches(world, lines["sku"], orders["deliver"])
    back = rng.random(len(rows)) < np.where(bad, 0.25, np.where(till, 0.012, 0.03))
    back &= lines["delivered"] > 0
    lines, orders, batch, bad = take(lines, back), take(orders, back), batch[back], bad[back]
    count = len(batch)
    qty = 1 + (rng.random(count) * (lines["delivered"] - 1)).astype(np.int64)
    _, index = np.unique(orders["no"], return_inverse=True)
    groups = int(index.max(initial=-1)) + 1
    arrival = rng.integers(2, 15, groups)[index] + orders["deliver"] // DAY
    at = arrival * DAY + 6 * HOUR + (rng.integers(0, 8 * HOUR, groups) // SECOND * SECOND)[index]
    slow = rng.integers(14 * HOUR, 90 * HOUR, groups)
    delay = np.where(rng.random(groups) < 0.6, rng.integers(10 * MINUTE, 3 * HOUR, groups), slow) // SECOND * SECOND
    reason = _reasons(rng, bad, SPOILS[world.line[lines["sku"]]])
    scrapped = rng.binomial(qty, SCRAPPED[reason]).astype(np.int64)
    zero = np.zeros(count, np.int64)
    return {
        "no": zero, "line": zero.copy(), "status": zero.copy(), "at": at, "refunded": at + delay[index],
        "order": orders["no"], "order_line": lines["line"], "customer": orders["customer"],
        "channel": orders["channel"], "site": orders["site"], "method": orders["payment"], "sku": lines["sku"],
        "qty": qty, "restocked": qty - scrapped, "scrapped": scrapped, "reason": reason,
        "batch": np.where(rng.random(count) < np.where(bad, 0.9, 0.55), batch, -1),
        "refund": line_net(lines) * qty // (lines["qty"] - lines["cancelled"]),
    }  # fmt: skip


@dataclass(frozen=True)
class Back:
    """Returns of one day: changed lines (all of a changed return), RETURN_IN movements, refunds."""

    lines: Frame
    ledger: Frame
    money: Frame


def _number(state: State, arriving: Array) -> None:
    """Give the returns of today their numbers, in the order of arrival."""
    goods = state.returns
    rows = np.flatnonzero(arriving)
    rows = rows[np.lexsort((goods["order_line"][rows], goods["order"][rows], goods["at"][rows]))]
    order = goods["order"][rows]
    new = np.r_[True, order[1:] != order[:-1]][: len(rows)]
    goods["no"][rows] = state.counters["return"][0] + np.cumsum(new) - 1
    goods["line"][rows] = number_within(order)
    state.counters["return"] += int(new.sum())


def _refunds(goods: Frame, rows: Array) -> Frame:
    number, first, index = np.unique(goods["no"][rows], return_index=True, return_inverse=True)
    amount = np.zeros(len(number), np.int64)
    np.add.at(amount, index, goods["refund"][rows])
    head = take(goods, rows[first])
    money = {
        "order": head["order"], "kind": np.full(len(number), REFUND), "amount": amount, "at": head["refunded"],
        "method": head["method"], "channel": head["channel"], "site": head["site"], "customer": head["customer"],
        "ret": number,
    }  # fmt: skip
    return take(money, amount > 0)


def move_returns(world: World, state: State, day: int, cost: Array) -> Back:
    """Receive and refund what is due; only the restocked part moves stock. Forgets what is refunded."""
    goods, end = state.returns, start_of(world.config, day + 1)
    arriving = (goods["status"] == PLANNED) & (goods["at"] < end)
    _number(state, arriving)
    goods["status"][arriving] = RECEIVED
    refunding = (goods["status"] == RECEIVED) & (goods["refunded"] < end)
    goods["status"][refunding] = REFUNDED
    changed = np.flatnonzero(arriving | refunding)
    changed = changed[np.lexsort((goods["line"][changed], goods["no"][changed]))]
    lines = take(goods, changed)
    lines["updated"] = np.where(lines["status"] == REFUNDED, lines["refunded"], lines["at"])
    lines["before"] = np.where(arriving[changed], -1, lines["at"])
    stocked = take(goods, changed[arriving[changed] & (goods["restocked"][changed] > 0)])
    add_at(state.stock["book"], stocked["site"] * world.skus + stocked["sku"], stocked["restocked"])
    ledger = {
        "kind": np.full(len(stocked["no"]), RETURN_IN), "sku": stocked["sku"], "site": stocked["site"],
        "qty": stocked["restocked"], "cost": cost[stocked["sku"]], "at": stocked["at"], "ref": stocked["no"],
        "ref_line": stocked["line"],
    }  # fmt: skip
    money = _refunds(goods, np.flatnonzero(refunding))
    state.returns = take(goods, goods["status"] != REFUNDED)
    return Back(lines, ledger, money)
