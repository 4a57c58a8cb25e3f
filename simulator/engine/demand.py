"""What customers want on one day, and what of it can be sold."""

import numpy as np

from simulator.clock import HOUR, MINUTE, business_day, date_of, demand_factor, start_of, stream
from simulator.dirt.anomalies import anomalous
from simulator.engine.plan import plan_milestones
from simulator.engine.promotions import MOST_UPLIFT, Offers
from simulator.frames import NEVER, Array, Frame, concat, grant, number_within, take
from simulator.masters.campaigns import APP, TILL, WEB
from simulator.masters.opening import new_customers, versions
from simulator.masters.world import DC, STORE_ROOM, World
from simulator.state import State

# Share of orders per UTC hour: at the till from 8:00 to 20:00 in Nairobi, online around the clock with an evening peak.
TILL_HOURS = np.array([0, 0, 0, 0, 0, 3, 4, 5, 6, 8, 8, 7, 7, 8, 10, 11, 9, 4, 0, 0, 0, 0, 0, 0], float)
WEB_HOURS = np.array([1, 1, 1, 2, 3, 4, 5, 6, 6, 7, 6, 5, 5, 6, 7, 8, 9, 9, 7, 5, 3, 2, 1.5, 1], float)


def _headers(world: World, day: int, rng: np.random.Generator) -> Frame:
    """Orders of the day in the order of time: site, channel, placed (microseconds)."""
    # 12 % of the lines are lost to season, double picks and empty shelves; the wish is larger by as much.
    count = int(rng.poisson(world.config.orders_per_day * demand_factor(world.config, day) * 1.08))
    site = rng.choice(world.warehouses, count, p=world.site_weight)
    kind, draw = world.site_type[site], rng.random(count)
    channel = np.where(draw < 0.55, APP, WEB)
    channel = np.where((kind == STORE_ROOM) & (rng.random(count) < 0.88), TILL, channel)
    hour = np.where(
        channel == TILL,
        rng.choice(24, count, p=TILL_HOURS / TILL_HOURS.sum()),
        rng.choice(24, count, p=WEB_HOURS / WEB_HOURS.sum()),
    )
    placed = start_of(world.config, day) + hour * HOUR + rng.integers(0, HOUR - MINUTE, count)
    order = np.argsort(placed, kind="stable")
    return {"site": site[order], "channel": channel[order], "placed": placed[order]}


def _wishes(world: World, state: State, day: int, head: Frame, offers: Offers) -> Frame:
    """Lines wanted: order (position in `head`), sku, qty; one line per SKU of an order.

    More lines are drawn than wanted: those above the usual number stay only as far as an offer attracts them.
    """
    rng, count = stream(world.config, day, "wishes"), len(head["site"])
    usual = np.repeat(np.arange(count), 1 + np.minimum(rng.poisson(1.75, count), 14))
    more = rng.integers(0, max(count, 1), round(len(usual) * (MOST_UPLIFT - 1.0)))
    order = np.r_[usual, more]
    # floor(u + site) stays within the site's own run of the cumulative choice, since u < 1.
    chosen = np.searchsorted(world.pick, rng.random(len(order)) + head["site"][order], side="right")
    sku = np.minimum(chosen, len(world.pick) - 1) % world.skus
    qty = rng.geometric(0.52, len(order)) * np.where(rng.random(len(order)) < 0.015, 6, 1)
    qty = anomalous(world.config, day, sku, qty)
    month = date_of(world.config, day).month - 1
    category = state.products["category"][sku]
    for_sale = (world.launch[sku] < day) & (state.products["status"][sku] == 0) & (qty > 0)
    wanted = for_sale & world.assorted[head["site"][order] * world.skus + sku]
    wanted &= rng.random(len(order)) < world.season[category, month]
    factor = offers.uplift(world.config.seed, sku, take(head, order))
    extra = np.arange(len(order)) >= len(usual)
    wanted &= rng.random(len(order)) < np.where(extra, (factor - 1.0) / (MOST_UPLIFT - 1.0), factor)
    rows = np.flatnonzero(wanted)
    rows = rows[np.argsort(order[rows], kind="stable")]
    key = order[rows] * world.skus + sku[rows]
    rows = rows[np.sort(np.unique(key, return_index=True)[1])]
    return {"order": order[rows], "sku": sku[rows], "qty": qty[rows]}


def _sell(wish: Frame, head: Frame, free: Array, skus: int, rng: np.random.Generator) -> Frame:
    """Lines sold: what the shelf gives; a fifth of the short online lines is sold in full by mistake (`late`)."""
    cell = head["site"][wish["order"]] * skus + wish["sku"]
    given = grant(cell, wish["qty"], free)
    short = (given < wish["qty"]) & (head["channel"][wish["order"]] != TILL)
    late = short & (rng.random(len(cell)) < 0.2)
    qty = np.where(late, wish["qty"], given)
    sold = {"order": wish["order"], "sku": wish["sku"], "qty": qty, "late": late.astype(np.int64)}
    return take(sold, qty > 0)


def _buyers(world: World, state: State, day: int, head: Frame, rng: np.random.Generator) -> tuple[Array, Frame]:
    """(customer number per order or -1, versions of customers that came today)."""
    count, known = len(head["placed"]), len(state.customers["created"])
    customer = (known * rng.random(count) ** 1.6).astype(np.int64)
    anonymous = (head["channel"] == TILL) & (rng.random(count) < 0.57)
    fresh = np.flatnonzero(~anonymous & (rng.random(count) < 0.016))
    customer[anonymous] = -1
    customer[fresh] = known + np.arange(len(fresh))
    first_seen = head["placed"][fresh] - rng.integers(MINUTE, 9 * MINUTE, len(fresh))
    newcomers = new_customers(rng, np.maximum(first_seen, start_of(world.config, day)))
    state.customers = concat([state.customers, newcomers])
    return customer, versions(state.customers, known + np.arange(len(fresh)))


def new_orders(
    world: World, state: State, day: int, free: Array, old_price: Array, *, offers: Offers
) -> tuple[Frame, Frame, Frame]:
    """(orders, lines, versions of new customers) of one day; reserves the stock that is sold.

    free: int[cells] units that may still be promised; old_price: int[s] cents before the close of
    business; offers: the promotions of the day.
    """
    rng = stream(world.config, day, "demand")
    head = _headers(world, day, rng)
    wish = _wishes(world, state, day, head, offers)
    lines = _sell(wish, head, free, world.skus, rng)
    kept, position = np.unique(lines["order"], return_inverse=True)
    head = take(head, kept)
    customer, newcomers = _buyers(world, state, day, head, rng)
    after_close = head["placed"][position] >= offers.close
    price = np.where(after_close, state.products["price"][lines["sku"]], old_price[lines["sku"]])
    number = state.counters["order"][0] + np.arange(len(kept))
    state.counters["order"] += len(kept)
    subtotal = np.bincount(position, price * lines["qty"], len(kept)).astype(np.int64)
    centre, till = world.site_type[head["site"]] == DC, head["channel"] == TILL
    fee = np.where(till | (subtotal >= 300_000), 0, np.where(centre, 25_000, 15_000))
    zero = np.zeros(len(lines["sku"]), np.int64)
    none = np.zeros(len(kept), np.int64)
    cutoff = (head["placed"] % (24 * HOUR) > 17 * HOUR) & ~till
    orders = {
        "no": number, "customer": customer, "channel": head["channel"], "site": head["site"],
        "payment": np.where(till, rng.choice([0, 1, 2], len(kept), p=[0.5, 0.15, 0.35]),
                            rng.choice([0, 1, 3], len(kept), p=[0.78, 0.15, 0.07])),
        "promised": business_day(head["placed"]) + np.where(centre, 3, cutoff.astype(np.int64)),
        "fee": fee, "placed": head["placed"], **plan_milestones(world, head, rng),
        "status": none, "shipped_status": none.copy(), "cancelled_at": np.full(len(kept), NEVER),
        "updated": head["placed"].copy(),
        "carrier": np.where(till, 0, np.where(centre, 3, rng.integers(1, 3, len(kept)))),
        "freight": np.where(till, 0, rng.integers(80, 180, len(kept)) * np.where(centre, 250, 120)),
    }  # fmt: skip
    sold = {
        "order": number[position], "line": number_within(position), "sku": lines["sku"], "qty": lines["qty"],
        "cancelled": zero, "price": price,
        **offers.terms(lines["sku"], take(head, position)),
        "shipped": zero.copy(), "delivered": zero.copy(), "damaged": zero.copy(), "late": lines["late"],
    }  # fmt: skip
    np.add.at(state.stock["reserved"], head["site"][position] * world.skus + lines["sku"], lines["qty"])
    return orders, sold, newcomers
