"""Visits of the web shop and the app: those that end with an order, and those that only look."""

from __future__ import annotations

import numpy as np

from simulator.clock import DAY, HOUR, SECOND, start_of, stream
from simulator.engine.demand import WEB_HOURS
from simulator.engine.output import DayOutput
from simulator.frames import Array, Frame, concat, mix, number_within, take
from simulator.masters.campaigns import APP, TILL, WEB
from simulator.masters.world import World
from simulator.state import State

PAGE_VIEW, SEARCH, VIEW_ITEM, ADD_TO_CART, CHECKOUT, PURCHASE = range(6)
TYPES = ("page_view", "search", "view_item", "add_to_cart", "checkout", "purchase")
PAYING = 10_000  # rank of the checkout: behind all products
# Visits that only look, per visit that ends with an order.
LOOKING = 2.0
NOBODY = -1


def _orders_of_today(output: DayOutput) -> tuple[Frame, Frame]:
    """(online orders placed today, their lines with `visit`: the position of the order)."""
    chosen = (output.orders["before"] < 0) & (output.orders["channel"] != TILL)
    position = np.searchsorted(output.orders["no"], output.lines["order"])
    lines = take(output.lines, chosen[position])
    orders = take(output.orders, chosen)
    return orders, {"visit": np.searchsorted(orders["no"], lines["order"]), "sku": lines["sku"]}


def _buying(orders: Frame, created: Array, start: int, rng: np.random.Generator) -> Frame:
    """One visit per order; it ends when the order is placed."""
    count = len(orders["no"])
    new = created[orders["customer"]] >= start
    late = new | (rng.random(count) < 0.2)
    return {
        "channel": orders["channel"], "customer": orders["customer"], "signed": np.where(late, PAYING, 0),
        "buys": np.ones(count, np.int64), "anchor": -(-orders["placed"] // 1000) * 1000,
        "key": orders["no"],
    }  # fmt: skip


def _looking(count: int, known: int, start: int, rng: np.random.Generator) -> Frame:
    """Visits without an order; under half of them are signed in. `known`: customers before today."""
    hour = rng.choice(24, count, p=WEB_HOURS / WEB_HOURS.sum())
    signed = rng.random(count) < 0.42
    customer = np.where(signed, (known * rng.random(count) ** 1.6).astype(np.int64), NOBODY)
    return {
        "channel": np.where(rng.random(count) < 0.5, APP, WEB), "customer": customer,
        "signed": np.zeros(count, np.int64), "buys": np.zeros(count, np.int64),
        "anchor": start + hour * HOUR + rng.integers(0, HOUR // 1000, count) * 1000,
        "key": -1 - np.arange(count),
    }  # fmt: skip


def _looked_at(world: World, state: State, day: int, visit: Array, rng: np.random.Generator) -> Frame:
    """One product per entry of `visit`, by popularity, whether it is on the shelf or not."""
    count = len(visit)
    draw = rng.random(count) + rng.integers(0, world.warehouses, count)
    sku = np.minimum(np.searchsorted(world.pick, draw, side="right"), len(world.pick) - 1) % world.skus
    known = (world.launch[sku] < day) & (state.products["status"][sku] == 0)
    return {"visit": visit[known], "sku": sku[known]}


def _steps(visit: Array, rank: Array, kind: int, sku: Array) -> Frame:
    return {"visit": visit, "rank": rank, "type": np.full(len(visit), kind), "sku": sku}


def _item_steps(items: Frame, slot: Array, searched: Array, viewed: Array, carted: Array) -> list[Frame]:
    """search, view and cart steps of items; `slot` orders the items of a visit."""
    return [
        _steps(items["visit"][rows], slot[rows] * 10 + kind, kind, items["sku"][rows])
        for kind, rows in ((SEARCH, searched), (VIEW_ITEM, viewed), (ADD_TO_CART, carted))
    ]


def _walk(visits: Frame, bought: Frame, extra: Frame, rng: np.random.Generator) -> Frame:
    """All steps of all visits, in order within a visit. A search for nothing that is sold has sku -1.

    bought: products of orders; extra: products that are looked at besides.
    """
    count, buys = len(visits["buys"]), visits["buys"] == 1
    total = len(extra["sku"])
    carted = (rng.random(total) < 0.13) & ~buys[extra["visit"]]
    vain = np.flatnonzero(rng.random(count) < 0.07)
    own, every = len(bought["sku"]), np.arange(count)
    leaving = np.unique(extra["visit"][carted])
    checkout = np.r_[np.flatnonzero(buys), leaving[rng.random(len(leaving)) < 0.4]]
    none = np.full(count, -1)
    parts = [
        _steps(every, np.zeros(count, np.int64), PAGE_VIEW, none),
        *_item_steps(bought, number_within(bought["visit"]) * 2, rng.random(own) < 0.3, np.ones(own, bool),
                     np.ones(own, bool)),
        *_item_steps(extra, number_within(extra["visit"]) * 2 + 1, rng.random(total) < 0.35,
                     carted | (rng.random(total) < 0.8), carted),
        _steps(vain, rng.integers(0, 40, len(vain)) * 5 + 4, SEARCH, none[vain]),
        _steps(checkout, np.full(len(checkout), PAYING), CHECKOUT, none[: len(checkout)]),
        _steps(every[buys], np.full(int(buys.sum()), PAYING + 1), PURCHASE, none[buys]),
    ]  # fmt: skip
    steps = concat(parts)
    return take(steps, np.lexsort((steps["type"], steps["rank"], steps["visit"])))


def _times(steps: Frame, visits: Frame, start: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """(moment, time until the next step) per step, in whole milliseconds; a visit lies within its day."""
    visit, count = steps["visit"], len(steps["visit"])
    gap = np.clip(rng.exponential(22 * SECOND, count), 400_000, 300 * SECOND)
    gap = np.where(steps["rank"] == PAYING, rng.uniform(10 * SECOND, 50 * SECOND, count), gap)
    first = np.r_[True, visit[1:] != visit[:-1]][:count]
    before = np.cumsum(gap) - gap
    before -= np.repeat(before[first], np.diff(np.r_[np.flatnonzero(first), count]))
    length = np.zeros(len(visits["buys"]))
    np.maximum.at(length, visit, before)
    buys, anchor = visits["buys"] == 1, visits["anchor"]
    room = np.where(buys, anchor - start, start + DAY - 1000 - anchor)
    shrink = np.minimum(1.0, room / np.maximum(length, 1.0))
    begin = np.where(buys, anchor - length * shrink, anchor)
    at = begin[visit] + before * shrink[visit]
    at = np.where(steps["type"] == PURCHASE, anchor[visit], at)
    return at.astype(np.int64) // 1000 * 1000, (gap * shrink[visit]).astype(np.int64) // 1000


def _campaigns(state: State, start: int, visits: Frame, rng: np.random.Generator) -> tuple[Array, Array]:
    """(source or -1, campaign or -1) per visit; campaigns are promotions that began before `start` and still run."""
    running = np.unique(state.promotion_items["code"][state.promotion_items["since"] < start])
    count = len(visits["buys"])
    source = np.where(rng.random(count) < 0.34, rng.integers(0, 6, count), NOBODY)
    campaign = running[rng.integers(0, len(running), count)] if len(running) else np.full(count, NOBODY)
    return source, np.where((source >= 0) & (rng.random(count) < 0.7), campaign, NOBODY)


def web_events(world: World, state: State, output: DayOutput) -> tuple[Frame, Frame]:
    """(visits, events in the order of time) of one day; `state` is the end of that day.

    Events: visit (row of visits), type, sku or -1, at, dwell (milliseconds), skew (of the client's clock), signed.
    """
    day, rng = output.day, stream(world.config, output.day, "web")
    start, seed = start_of(world.config, output.day), world.config.seed
    orders, bought = _orders_of_today(output)
    created = state.customers["created"]
    others = int(rng.poisson(LOOKING * max(1, len(orders["no"]))))
    visits = concat([_buying(orders, created, start, rng), _looking(others, int((created < start).sum()), start, rng)])
    device = np.where(visits["customer"] >= 0, mix(seed, visits["customer"], visits["channel"], 83),
                      mix(seed, visits["key"], day, 84))  # fmt: skip
    visits["device"], visits["id"] = device, mix(seed, visits["key"], day, 85)
    visits["source"], visits["campaign"] = _campaigns(state, start, visits, rng)
    slow = rng.random(len(device)) < 0.02
    visits["skew"] = np.where(slow, rng.normal(0, 1800, len(device)), rng.normal(0, 1.5, len(device))) * SECOND
    seen = np.repeat(np.arange(len(device)), rng.poisson(np.where(visits["buys"] == 1, 0.8, 2.0)))
    events = _walk(visits, bought, _looked_at(world, state, day, seen, rng), rng)
    events["at"], events["dwell"] = _times(events, visits, start, rng)
    events["signed"] = (events["rank"] >= visits["signed"][events["visit"]]).astype(np.int64)
    events = take(events, np.lexsort((np.arange(len(events["at"])), events["at"])))
    events["id"] = mix(seed, start // DAY * 2**24 + np.arange(len(events["at"])))
    return visits, events
