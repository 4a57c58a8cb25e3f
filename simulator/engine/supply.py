"""Goods come in: purchase orders, receipts, transfers, returns; and what is ordered anew at the end of the day."""

import numpy as np

from simulator.clock import DAY, HOUR, MINUTE, date_of, start_of, stream
from simulator.dirt.anomalies import reordered
from simulator.engine.finance import from_kes, in_kes, rates_by_currency
from simulator.engine.output import RECEIPT, TRANSFER_IN, TRANSFER_OUT
from simulator.frames import NEVER, Array, Frame, add_at, concat, grant, number_within, take
from simulator.masters.world import World
from simulator.state import State

APPROVED, SENT, PARTLY, RECEIVED, CANCELLED = range(5)
SUNDAY = 6


def send_transfers(world: World, state: State, day: int, shelf: Array) -> Frame:
    """Ship what stores asked for last night; TRANSFER_OUT movements. Takes the goods off `shelf` (free stock)."""
    asked = state.requests
    order = np.lexsort((asked["sku"], asked["target"], asked["source"]))
    asked = take(asked, order)
    source_cell = asked["source"] * world.skus + asked["sku"]
    given = grant(source_cell, asked["qty"], shelf - state.stock["reserved"])
    target_cell = asked["target"] * world.skus + asked["sku"]
    add_at(state.stock["coming"], target_cell, given - asked["qty"])
    add_at(shelf, source_cell, -given)
    add_at(state.stock["book"], source_cell, -given)
    sent = take({**asked, "qty": given}, given > 0)
    state.requests = take(state.requests, np.zeros(len(given), bool))
    pair = sent["source"] * world.warehouses + sent["target"]
    _, index = np.unique(pair, return_inverse=True)
    number = state.counters["transfer"][0] + index
    state.counters["transfer"] += int(index.max(initial=-1)) + 1
    start = start_of(world.config, day)
    near = (sent["target"] + day) % 2 == 0
    arrives = start + np.where(near, 8 * HOUR, DAY + 5 * HOUR) + (sent["target"] % 20) * 7 * MINUTE
    line = number_within(pair)
    road = {
        "no": number, "line": line, "source": sent["source"], "target": sent["target"], "sku": sent["sku"],
        "qty": sent["qty"], "arrives": arrives,
    }  # fmt: skip
    state.transfers = concat([state.transfers, road])
    return {
        "kind": np.full(len(line), TRANSFER_OUT), "sku": sent["sku"], "site": sent["source"], "qty": -sent["qty"],
        "cost": state.products["cost"][sent["sku"]], "at": start + 4 * HOUR + (sent["target"] % 50) * MINUTE,
        "ref": number, "ref_line": line, "other": sent["target"],
    }  # fmt: skip


def arrive_transfers(world: World, state: State, day: int, cost: Array) -> Frame:
    """TRANSFER_IN movements of the day: the quantity that left."""
    due = state.transfers["arrives"] < start_of(world.config, day + 1)
    road = take(state.transfers, due)
    state.transfers = take(state.transfers, ~due)
    cell = road["target"] * world.skus + road["sku"]
    add_at(state.stock["book"], cell, road["qty"])
    add_at(state.stock["coming"], cell, -road["qty"])
    return {
        "kind": np.full(len(cell), TRANSFER_IN), "sku": road["sku"], "site": road["target"], "qty": road["qty"],
        "cost": cost[road["sku"]], "at": road["arrives"], "ref": road["no"], "ref_line": road["line"],
        "other": road["source"],
    }  # fmt: skip


def receive(world: World, state: State, day: int) -> tuple[Frame, Frame, Array]:
    """(goods receipt lines, RECEIPT movements, mask of purchase lines that changed).

    Some first deliveries are short: 60 % of those send the rest later, otherwise the rest is cancelled. Of some
    deliveries a part is rejected at the door.
    """
    rng = stream(world.config, day, "receipts")
    lines, orders = state.purchase_lines, state.purchases
    due = lines["arrives"] < start_of(world.config, day + 1)
    rows = np.flatnonzero(due)
    rows = rows[np.lexsort((lines["line"][rows], lines["po"][rows], lines["arrives"][rows]))]
    count = len(rows)
    left = lines["qty"][rows] - lines["cancelled"][rows] - lines["received"][rows]
    short = (rng.random(count) < 0.044) & (left > 1) & (lines["short"][rows] == 0)
    received = np.where(short, np.maximum(1, (left * rng.uniform(0.5, 0.95, count)).astype(np.int64)), left)
    rejecting = (rng.random(count) < 0.064) & (received > 1)
    rejected = np.where(rejecting, np.maximum(1, (received * rng.uniform(0.01, 0.15, count)).astype(np.int64)), 0)
    at = lines["arrives"][rows].copy()
    later = short & (rng.random(count) < 0.6)
    lines["received"][rows] += received
    lines["cancelled"][rows] += np.where(short & ~later, left - received, 0)
    lines["short"][rows] |= short
    lines["arrives"][rows] = np.where(later, at + (3 + lines["po"][rows] % 5) * DAY, NEVER)
    lines["updated"][rows] = at
    order = np.searchsorted(orders["no"], lines["po"][rows])
    site, sku = orders["site"][order], lines["sku"][rows]
    cell = site * world.skus + sku
    add_at(state.stock["coming"], cell, -np.where(later, received, left))
    add_at(state.stock["book"], cell, received - rejected)
    _, index = np.unique(np.stack([at, lines["po"][rows]]), axis=1, return_inverse=True)
    number = state.counters["receipt"][0] + index
    price, rate = lines["price"][rows], orders["rate"][order]
    cost = in_kes(price, rate)
    state.counters["receipt"] += int(index.max(initial=-1)) + 1
    receipts = {
        "no": number, "line": number_within(number), "po": lines["po"][rows], "po_line": lines["line"][rows],
        "supplier": orders["supplier"][order], "site": site, "sku": sku, "received": received, "rejected": rejected,
        "price": price, "currency": orders["currency"][order], "cost": cost, "promised": orders["promised"][order],
        "at": at,
    }  # fmt: skip
    ledger = {
        "kind": np.full(count, RECEIPT), "sku": sku, "site": site, "qty": received - rejected,
        "cost": cost, "at": at, "ref": number, "ref_line": receipts["line"],
    }  # fmt: skip
    return receipts, ledger, due


def move_purchases(world: World, state: State, day: int, received: Array) -> tuple[Frame, Frame]:
    """(purchase orders that changed, purchase lines that changed) at the end of the day; forgets what is complete."""
    orders, lines = state.purchases, state.purchase_lines
    start = start_of(world.config, day)
    position = np.searchsorted(orders["no"], lines["po"])
    open_lines = np.bincount(position, lines["arrives"] < NEVER, len(orders["no"])).astype(np.int64)
    touched = np.zeros(len(orders["no"]), bool)
    touched[position[received]] = True
    cancelling = orders["cancel"] < start + DAY
    gone = cancelling[position]
    add_at(state.stock["coming"], orders["site"][position[gone]] * world.skus + lines["sku"][gone], -lines["qty"][gone])
    lines["cancelled"][gone] = lines["qty"][gone]
    lines["arrives"][gone] = NEVER
    lines["updated"][gone] = orders["cancel"][position[gone]]
    sending = (orders["status"] == APPROVED) & (orders["sent"] < start + DAY)
    orders["status"][sending] = SENT
    orders["updated"][sending] = orders["sent"][sending]
    orders["status"][touched] = np.where(open_lines[touched] == 0, RECEIVED, PARTLY)
    np.maximum.at(orders["updated"], position[received], lines["updated"][received])
    orders["status"][cancelling] = CANCELLED
    orders["updated"][cancelling] = orders["cancel"][cancelling]
    changed = touched | sending | cancelling | (orders["created"] >= start)
    changed_lines = received | gone | (lines["created"] >= start)
    result = take(orders, changed), take(lines, changed_lines)
    keep = orders["status"] < RECEIVED
    state.purchases, state.purchase_lines = take(orders, keep), take(lines, keep[position])
    return result


def _buy(world: World, state: State, day: int, cells: Array, qty: Array) -> None:
    """Raise purchase orders for these cells: one per supplier and warehouse."""
    rng = stream(world.config, day, "purchases")
    site, sku = np.divmod(cells, world.skus)
    supplier = state.products["supplier"][sku]
    order = np.lexsort((sku, site, supplier))
    site, sku, qty, supplier = site[order], sku[order], qty[order], supplier[order]
    group, first, index = np.unique(supplier * world.warehouses + site, return_index=True, return_inverse=True)
    count = len(group)
    number = state.counters["purchase"][0] + np.arange(count)
    state.counters["purchase"] += count
    start = start_of(world.config, day)
    ordered = start + 13 * HOUR + rng.integers(0, HOUR, count)
    lead = state.suppliers["lead"][supplier[first]]
    late = rng.choice([-1, 0, 1, 2, 3, 5], count, p=[0.12, 0.62, 0.13, 0.07, 0.04, 0.02])
    arrival = start // DAY + np.maximum(2, lead + late)
    arrival = arrival + (arrival % 7 == 3)
    arrives = arrival * DAY + 5 * HOUR + rng.integers(0, 10 * HOUR, count)
    sent = (
        ordered
        + np.where(rng.random(count) < 0.8, rng.integers(5, 120, count), rng.integers(840, 1200, count)) * MINUTE
    )
    approved = ordered + np.minimum(rng.integers(MINUTE, 50 * MINUTE, count), sent - ordered)
    # A few orders are called off, before or after they were sent, and always before the first goods could come.
    cancel = np.where(rng.random(count) < 0.025, ordered + 12 * HOUR + rng.integers(0, 22 * HOUR, count), NEVER)
    sent = np.where(sent > cancel, NEVER, sent)
    currency = state.suppliers["currency"][supplier[first]]
    rate = rates_by_currency(state)[currency]
    zero = np.zeros(len(sku), np.int64)
    state.purchases = concat([state.purchases, {
        "no": number, "supplier": supplier[first], "site": site[first], "status": np.zeros(count, np.int64),
        "ordered": ordered, "approved": approved, "promised": start // DAY + lead, "sent": sent, "cancel": cancel,
        "currency": currency, "rate": rate, "updated": approved.copy(), "created": ordered,
    }])  # fmt: skip
    # The price is written in the currency of the order, to four decimals.
    price = from_kes(state.products["cost"][sku] * rng.integers(985, 1020, len(sku)) // 1000, rate[index])
    state.purchase_lines = concat([state.purchase_lines, {
        "po": number[index], "line": number_within(index), "sku": sku, "qty": qty, "cancelled": zero, "price": price,
        "received": zero.copy(), "arrives": arrives[index], "short": zero.copy(), "created": ordered[index],
        "updated": ordered[index],
    }])  # fmt: skip


def replenish(world: World, state: State, day: int) -> None:
    """(s, S): where stock on hand and coming is at or below s, order up to S, from the supplier or the centre."""
    stock = state.stock
    weekday = date_of(world.config, day).weekday()
    for_sale = (world.launch <= day) & (state.products["status"] == 0) & reordered(world.config, day)
    for_sale = np.tile(for_sale, world.warehouses)
    position = stock["book"] + stock["coming"] - stock["reserved"]
    low = world.assorted & for_sale & (position <= world.low)
    turn = np.tile((state.products["supplier"] + weekday) % 2 == 0, world.warehouses)
    buying = np.flatnonzero(low & world.direct & turn & (weekday != SUNDAY))
    pack = world.pack[buying % world.skus]
    qty = -(-(world.high[buying] - position[buying]) // pack) * pack
    moving = np.flatnonzero(low & ~world.direct)
    wanted = world.high[moving] - position[moving]
    stock["coming"][buying] += qty
    stock["coming"][moving] += wanted
    site, sku = np.divmod(moving, world.skus)
    state.requests = {"source": world.parent[site], "target": site, "sku": sku, "qty": wanted}
    if len(buying):
        _buy(world, state, day, buying, qty)
