"""What happens on the shelf without a document: goods vanish, spoil, are counted, and the book follows."""

import numpy as np

from simulator.clock import CLOSE, HOUR, MINUTE, SECOND, date_of, start_of, stream
from simulator.engine.output import ADJUST, RETURN_TO_VENDOR, WRITE_OFF
from simulator.frames import Array, Frame, add_at, take
from simulator.masters.world import World
from simulator.state import State


def post_adjusts(world: World, state: State, day: int, cost: Array) -> Frame:
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


def _adjustments(state: State, rows: Array) -> Array:
    """Numbers of new adjustments where `rows`, else 0."""
    number = np.where(rows, state.counters["adjustment"][0] + np.cumsum(rows) - 1, 0)
    state.counters["adjustment"] += int(rows.sum())
    return np.asarray(number)


def take_back(world: World, state: State, day: int) -> Frame:
    """WRITE_OFF movements of yesterday that were a mistake, with the opposite sign: the goods are for sale again."""
    wrong = state.reversals
    cell = wrong["cell"]
    site, sku = np.divmod(cell, world.skus)
    add_at(state.stock["book"], cell, wrong["qty"])
    state.reversals = take(wrong, np.zeros(len(cell), bool))
    return {
        "kind": np.full(len(cell), WRITE_OFF), "sku": sku, "site": site, "qty": wrong["qty"], "cost": wrong["cost"],
        "at": start_of(world.config, day) + 3 * HOUR + 20 * MINUTE + site * 30 * SECOND,
        "ref": _adjustments(state, np.ones(len(cell), bool)), "ref_line": np.zeros(len(cell), np.int64),
        "reversal": wrong["movement"],
    }  # fmt: skip


def regret(world: World, state: State, day: int, ledger: Frame) -> None:
    """Choose the write-offs of today that will be taken back tomorrow."""
    rng = stream(world.config, day, "reversals")
    rows = np.flatnonzero((ledger["kind"] == WRITE_OFF) & (ledger["reversal"] == 0))
    wrong = take(ledger, rows[rng.random(len(rows)) < 0.06])
    state.reversals = {
        "movement": wrong["id"], "cell": wrong["site"] * world.skus + wrong["sku"], "qty": -wrong["qty"],
        "cost": wrong["cost"],
    }  # fmt: skip


def lose(world: World, state: State, day: int) -> None:
    """Some goods vanish (or turn up) without anybody writing it down; counts will find it."""
    rng = stream(world.config, day, "shrinkage")
    stock = state.stock
    events = rng.poisson(world.config.orders_per_day * 5.4 * 0.0035)
    cell = np.unique(rng.integers(0, len(stock["book"]), int(events * 2) + 1))
    amount = np.where(rng.random(len(cell)) < 0.93, -rng.integers(1, 4, len(cell)), 1)
    amount = np.maximum(amount, -(stock["book"][cell] + stock["gap"][cell]).clip(min=0))
    stock["gap"][cell] += np.where(stock["book"][cell] > 0, amount, 0)


def dispose(world: World, state: State, day: int, shelf: Array, cost: Array) -> Frame:
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
    number = _adjustments(state, ~vendor)
    return {
        "kind": np.where(vendor, RETURN_TO_VENDOR, WRITE_OFF), "sku": sku, "site": site, "qty": -qty,
        "cost": cost[sku], "at": start_of(world.config, day) + 19 * HOUR + rng.integers(0, 90 * MINUTE, len(cell)),
        "ref": number, "ref_line": np.zeros(len(cell), np.int64),
    }  # fmt: skip


def count_shelves(world: World, state: State, day: int, ledger: Frame) -> Frame:
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
