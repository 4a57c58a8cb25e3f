"""The price list: a row per product and channel whenever the shelf price or the promotion changes."""

from __future__ import annotations

import numpy as np

from simulator.clock import HOUR, MINUTE
from simulator.engine.money import unit_discount
from simulator.engine.promotions import Offers
from simulator.frames import Array, Frame, concat, take
from simulator.masters.campaigns import BOGO
from simulator.masters.words import CHANNELS
from simulator.masters.world import World
from simulator.state import State


def _rows(shelf: Frame, offer: Frame) -> Frame:
    """Rows of `shelf` (sku, channel, at, price, updated) with what is offered."""
    per_unit = (offer["promo"] > 0) & (offer["mechanic"] != BOGO)
    promo_price = np.where(per_unit, shelf["price"] - unit_discount(shelf["price"], offer), -1)
    return {**shelf, "promo": offer["promo"], "promo_price": promo_price}


def first_prices(products: Frame, sku: Array) -> Frame:
    """The first rows of products, from the moment of their launch in every channel."""
    every, channel = np.repeat(sku, len(CHANNELS)), np.tile(np.arange(len(CHANNELS)), len(sku))
    at, none = products["created"][every], np.zeros(len(every), np.int64)
    shelf = {"sku": every, "channel": channel, "at": at, "price": products["price"][every], "updated": at}
    return _rows(shelf, {"promo": none, "mechanic": none, "value": none})


def change_prices(world: World, state: State, day: int, former: Array, offers: Offers) -> Frame:
    """Rows of today: launches, and what holds from the close of business on where it differs from before.

    former: int[s] cents before the close; offers: the promotions of the day.
    """
    launched = first_prices(state.products, np.flatnonzero(world.launch == day))
    sku = np.repeat(np.arange(world.skus), len(CHANNELS))
    channel = np.tile(np.arange(len(CHANNELS)), world.skus)
    old, new = (held.terms(held.by_channel.ravel()) for held in (offers.before, offers.after))
    price = state.products["price"][sku]
    changed = (world.launch[sku] <= day) & ((price != former[sku]) | (old["promo"] != new["promo"]))
    rows = np.flatnonzero(changed)
    at = np.full(len(rows), offers.close)
    # Written in the afternoon, valid from the night on.
    written = at - 6 * HOUR + sku[rows] % 120 * MINUTE
    shelf = {"sku": sku[rows], "channel": channel[rows], "at": at, "price": price[rows], "updated": written}
    return concat([launched, _rows(shelf, take(new, rows))])
