"""One day from morning to night.

Goods that come in can be sold from the next day on, so stock is never negative at any moment.
"""

import numpy as np

from simulator.clock import CLOSE, HOUR, MINUTE, SECOND, date_of, start_of, stream
from simulator.engine.changes import change_customers, change_products, change_sites, change_suppliers
from simulator.engine.demand import new_orders
from simulator.engine.money import in_order
from simulator.engine.notes import book_notes
from simulator.engine.orders import move_orders
from simulator.engine.output import ADJUST, RETURN_TO_VENDOR, WRITE_OFF, DayOutput
from simulator.engine.payments import move_mpesa
from simulator.engine.returns import move_returns
from simulator.engine.supply import arrive_transfers, move_purchases, receive, replenish, send_transfers
from simulator.frames import Array, Frame, add_at, concat
from simulator.masters.world import World
from simulator.state import State


def _post_adjusts(world: World, state: State, day: int, cost: Array) -> Frame:
    """ADJUST movements for what was found last night; the book is then what is on the shelf."""
    cell, gap = state.adjusts["cell"], state.adjusts["gap"]
    site, sku = np.divmod(cell, world.skus)
    state.stock["book"][cell] += gap
    state.stock["gap"][cell] -= gap
    state.adjusts = {"cell": cell[:0], "gap": gap[:0]}
    counted = date_of(world.config, day - 1)
    return {
        "kind": np.full(len(cell), ADJUST), "sku": sku, "site": site, "qty": gap, "cost": cost[sku],
        "at": start_of(world.config, day) + 3 * HOUR + site * 30 * SECOND,
        "ref": np.full(len(cell), int(counted.strftime("%Y%m%d")) * 100) + site + 1,
        "ref_line": np.zeros(len(cell), np.int64),
    }  # fmt: skip


def _lose(world: World, state: State, day: int) -> None:
    """Some goods vanish (or turn up) without anybody writing it down; counts will find it."""
    rng = stream(world.config, day, "shrinkage")
    stock = state.stock
    events = rng.poisson(world.config.orders_per_day * 5.4 * 0.0035)
    cell = np.unique(rng.integers(0, len(stock["book"]), int(events * 2) + 1))
    amount = np.where(rng.random(len(cell)) < 0.93, -rng.integers(1, 4, len(cell)), 1)
    amount = np.maximum(amount, -(stock["book"][cell] + stock["gap"][cell]).clip(min=0))
    stock["gap"][cell] += np.where(stock["book"][cell] > 0, amount, 0)


def _dispose(world: World, state: State, day: int, shelf: Array, cost: Array) -> Frame:
    """WRITE_OFF of spoiled goods and RETURN_TO_VENDOR of bad batches, out of stock that nobody waits for."""
    rng = stream(world.config, day, "disposal")
    events = int(rng.poisson(max(1.0, world.config.orders_per_day * 0.012)))
    cell = np.unique(rng.integers(0, len(shelf), events * 2))
    free = shelf[cell] - state.stock["reserved"][cell]
    qty = np.minimum(rng.integers(1, 5, len(cell)), free // 2)
    cell, qty = cell[qty > 0], qty[qty > 0]
    add_at(shelf, cell, -qty)
    add_at(state.stock["book"], cell, -qty)
    site, sku = np.divmod(cell, world.skus)
    vendor = world.direct[cell] & (rng.random(len(cell)) < 0.3)
    return {
        "kind": np.where(vendor, RETURN_TO_VENDOR, WRITE_OFF), "sku": sku, "site": site, "qty": -qty,
        "cost": cost[sku], "at": start_of(world.config, day) + 19 * HOUR + rng.integers(0, 90 * MINUTE, len(cell)),
        "ref": np.zeros(len(cell), np.int64), "ref_line": np.zeros(len(cell), np.int64),
    }  # fmt: skip


def _count(world: World, state: State, day: int, ledger: Frame) -> Frame:
    """Cycle counts at the close of business: what is on the shelf then; a difference will be posted tomorrow."""
    rng = stream(world.config, day, "counts")
    stock, close = state.stock, start_of(world.config, day) + CLOSE
    launched = np.tile(world.launch < day, world.warehouses)
    cell = np.flatnonzero((world.count_slot == day % 30) & launched)
    late = ledger["at"] >= close
    after = np.zeros(len(stock["book"]), np.int64)
    add_at(after, ledger["site"][late] * world.skus + ledger["sku"][late], ledger["qty"][late])
    site, sku = np.divmod(cell, world.skus)
    found = stock["gap"][cell] != 0
    state.adjusts = {"cell": cell[found], "gap": stock["gap"][cell[found]]}
    return {
        "site": site, "sku": sku, "qty": stock["book"][cell] + stock["gap"][cell] - after[cell],
        "at": close - 10 * MINUTE + rng.integers(0, 9 * 60, len(cell)) * SECOND,
        "counter": (site * 5 + rng.integers(0, 3, len(cell))),
    }  # fmt: skip


def _number_ledger(state: State, parts: list[Frame]) -> Frame:
    """All movements of the day in the order of time, with their numbers."""
    ledger = concat(parts)
    order = np.lexsort((ledger["ref_line"], ledger["ref"], ledger["kind"], ledger["at"]))
    number = state.counters["movement"][0] + np.arange(len(order))
    state.counters["movement"] += len(order)
    return {"id": number, **{name: column[order] for name, column in ledger.items()}}


def simulate_day(world: World, state: State) -> DayOutput:
    """Play the day after `state` and return what the outside gets to see; `state` becomes the end of that day."""
    day = state.day + 1
    cost, price = state.products["cost"].copy(), state.products["price"].copy()
    customers = change_customers(world, state, day)
    suppliers, sites = change_suppliers(world, state, day), change_sites(world, state, day)
    adjusts = _post_adjusts(world, state, day, cost)
    _lose(world, state, day)
    shelf = np.minimum(state.stock["book"], state.stock["book"] + state.stock["gap"])
    out = send_transfers(world, state, day, shelf)
    disposed = _dispose(world, state, day, shelf, cost)
    products = change_products(world, state, day)
    orders, lines, newcomers = new_orders(world, state, day, shelf - state.stock["reserved"], price)
    moved = move_orders(world, state, day, (orders, lines), shelf, cost=(cost, state.products["cost"]))
    state.returns = concat([state.returns, moved.returns])
    receipts, received, touched = receive(world, state, day)
    back = move_returns(world, state, day, cost)
    arrived = [arrive_transfers(world, state, day, cost), back.ledger]
    ledger = _number_ledger(state, [adjusts, out, disposed, moved.ledger, received, *arrived])
    counts = _count(world, state, day, ledger)
    known_lines = len(touched)
    replenish(world, state, day)
    fresh = np.zeros(len(state.purchase_lines["po"]) - known_lines, bool)
    purchases, purchase_lines = move_purchases(world, state, day, np.r_[touched, fresh])
    money = in_order([moved.money, back.money])
    mpesa = move_mpesa(world, state, day, moved.orders, moved.lines, money)
    notes = book_notes(world, state, day, moved.shipments, moved.shipment_lines)
    state.day = day
    return DayOutput(
        day, products, suppliers, sites, concat([customers, newcomers]), purchases, purchase_lines, receipts, ledger,
        moved.orders, moved.lines, moved.shipments, moved.shipment_lines, counts, back.lines,
        money, mpesa, notes,
    )  # fmt: skip
