"""Orders move on: paid, cancelled, shipped from what is on the shelf, delivered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.clock import DAY, HOUR, start_of, stream
from simulator.engine.money import PAYMENT, REFUND, in_order, money_of_orders, order_total
from simulator.engine.output import SHIP
from simulator.engine.returns import plan_returns
from simulator.frames import NEVER, Array, Frame, add_at, concat, grant, number_within, take
from simulator.masters.world import World
from simulator.state import State

PLACED, PAID, SHIPPED, DELIVERED, CANCELLED = range(5)
IN_TRANSIT, ARRIVED = 1, 2


@dataclass(frozen=True)
class Moved:
    """What happened to orders on one day: changed records, SHIP movements, returns to come, money."""

    orders: Frame
    lines: Frame
    shipments: Frame
    shipment_lines: Frame
    ledger: Frame
    returns: Frame
    money: Frame


def _cancel(orders: Frame, rows: Array, at: Array) -> None:
    orders["status"][rows] = CANCELLED
    orders["cancelled_at"][rows] = at
    orders["updated"][rows] = at
    for name in ("ship", "deliver"):
        orders[name][rows] = NEVER


def _cancel_lines(state: State, skus: int, position: Array, rows: Array) -> None:
    """Cancel what is left of these lines and free the reserved stock."""
    lines = state.lines
    left = lines["qty"][rows] - lines["cancelled"][rows]
    add_at(state.stock["reserved"], state.orders["site"][position[rows]] * skus + lines["sku"][rows], -left)
    lines["cancelled"][rows] = lines["qty"][rows]


def _ship(world: World, state: State, position: Array, rows: Array, shelf: Array) -> Array:
    """Give lines what the shelf has, cancel the rest; mistaken promises (`late`) wait until all others are served."""
    lines, orders = state.lines, state.orders
    rows = rows[np.lexsort((rows, orders["ship"][position[rows]], lines["late"][rows]))]
    cell = orders["site"][position[rows]] * world.skus + lines["sku"][rows]
    wanted = lines["qty"][rows] - lines["cancelled"][rows]
    given = grant(cell, wanted, shelf)
    lines["shipped"][rows] = given
    lines["cancelled"][rows] += wanted - given
    add_at(state.stock["reserved"], cell, -wanted)
    add_at(state.stock["book"], cell, -given)
    return np.sort(rows)


def _ledger(state: State, position: Array, rows: Array, cost: Array) -> Frame:
    lines, orders = state.lines, state.orders
    rows = rows[lines["shipped"][rows] > 0]
    order = position[rows]
    return {
        "kind": np.full(len(rows), SHIP), "sku": lines["sku"][rows], "site": orders["site"][order],
        "qty": -lines["shipped"][rows], "cost": cost[lines["sku"][rows]], "at": orders["ship"][order],
        "ref": orders["no"][order], "ref_line": number_within(order),
    }  # fmt: skip


def _deliver(world: World, state: State, position: Array, rows: Array, rng: np.random.Generator) -> Frame:
    """Fill delivered and damaged quantities; returns the goods that will come back."""
    lines, orders = state.lines, state.orders
    rows = rows[lines["shipped"][rows] > 0]
    shipped = lines["shipped"][rows]
    remote = orders["carrier"][position[rows]] != 0
    lost = (rng.random(len(rows)) < 0.001) & (shipped > 1) & remote
    delivered = shipped - lost
    damaged = ((rng.random(len(rows)) < 0.006) & remote).astype(np.int64)
    lines["delivered"][rows], lines["damaged"][rows] = delivered, damaged
    return plan_returns(world, state, position, rows, rng)


def _records(orders: Frame, lines: Frame, position: Array, changed: Array, before: Array) -> tuple[Frame, Frame]:
    chosen = {**take(orders, changed), "before": before[changed]}
    return chosen, take(lines, changed[position])


def move_orders(
    world: World, state: State, day: int, new: tuple[Frame, Frame], shelf: Array, *, cost: tuple[Array, Array]
) -> Moved:
    """Play all milestones of the day; `state` keeps the open orders.

    shelf: int[cells] units that may leave today; cost: int[s] unit cost (1/10,000 KES) before and after the close.
    """
    rng = stream(world.config, day, "orders")
    start = start_of(world.config, day)
    end = start + DAY
    was_open = len(state.orders["no"])
    state.orders, state.lines = concat([state.orders, new[0]]), concat([state.lines, new[1]])
    orders, lines = state.orders, state.lines
    position = np.searchsorted(orders["no"], lines["order"])
    before = np.where(np.arange(len(orders["no"])) < was_open, orders["updated"], -1)
    changed = np.arange(len(before)) >= was_open

    paying = (orders["status"] == PLACED) & (orders["paid"] < end)
    orders["status"][paying] = PAID
    orders["updated"][paying] = orders["paid"][paying]
    total = order_total(orders, lines, position)
    rows = np.flatnonzero(paying)
    paid = money_of_orders(orders, rows, total[rows], orders["paid"][rows], PAYMENT)
    cancelling = np.isin(orders["status"], (PLACED, PAID)) & (orders["cancel"] < end)
    _cancel_lines(state, world.skus, position, np.flatnonzero(cancelling[position]))
    _cancel(orders, np.flatnonzero(cancelling), orders["cancel"][cancelling])

    leaving = (orders["status"] == PAID) & (orders["ship"] < end)
    rows = _ship(world, state, position, np.flatnonzero(leaving[position]), shelf)
    shipped = np.bincount(position, lines["shipped"], len(before)) > 0
    left = leaving & shipped
    orders["status"][left] = SHIPPED
    orders["shipped_status"][left] = IN_TRANSIT
    orders["updated"][left] = orders["ship"][left]
    after_close = _after_close(orders, position[rows], start)
    ledger = concat(
        [_ledger(state, position, rows[~after_close], cost[0]), _ledger(state, position, rows[after_close], cost[1])]
    )
    nothing = np.flatnonzero(leaving & ~shipped)
    _cancel(orders, nothing, orders["ship"][nothing].copy())

    refunds = _give_back(state, position, np.flatnonzero((leaving | cancelling) & (orders["paid"] < end)), total)
    waiting = _wait(orders, start)

    arriving = (orders["status"] == SHIPPED) & (orders["deliver"] < end)
    goods = _deliver(world, state, position, np.flatnonzero(arriving[position]), rng)
    orders["status"][arriving] = DELIVERED
    orders["shipped_status"][arriving] = ARRIVED
    orders["updated"][arriving] = orders["deliver"][arriving]

    changed |= paying | cancelling | leaving | arriving | waiting
    order_rows, order_lines = _records(orders, lines, position, changed, before)
    sent_before = np.where(left, -1, orders["ship"])
    shipments, shipment_lines = _records(orders, lines, position, left | arriving, sent_before)
    still_open = orders["status"] < DELIVERED
    state.orders, state.lines = take(orders, still_open), take(lines, still_open[position])
    shipment_lines = take(shipment_lines, shipment_lines["shipped"] > 0)
    return Moved(order_rows, order_lines, shipments, shipment_lines, ledger, goods, in_order([paid, refunds]))


def _give_back(state: State, position: Array, rows: Array, total: Array) -> Frame:
    """Refunds of paid orders (positions) that cost less now than `total`: cancelled, or cut when they were shipped."""
    orders = state.orders
    left = order_total(orders, state.lines, position)[rows]
    at = np.where(orders["status"][rows] == CANCELLED, orders["cancelled_at"][rows], orders["ship"][rows])
    return money_of_orders(orders, rows, total[rows] - left, at, REFUND)


def _wait(orders: Frame, start: int) -> Array:
    """Mask of paid orders that were allocated or picked today, and go out another day."""
    waiting = np.zeros(len(orders["no"]), bool)
    for name in ("allocated", "picked"):
        reached = (orders["status"] == PAID) & (orders[name] >= start) & (orders[name] < start + DAY)
        orders["updated"][reached] = orders[name][reached]
        waiting |= reached
    return waiting


def _after_close(orders: Frame, order: Array, start: int) -> Array:
    return np.asarray(orders["ship"][order] >= start + 21 * HOUR)
