"""Which products a campaign covers, what holds at a moment, and what it does to the demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.clock import CLOSE, HOUR, start_of
from simulator.frames import Array, Frame, concat, empty, mix, take
from simulator.masters.campaigns import AMOUNT, BOGO, KINDS, Campaign, campaigns
from simulator.masters.words import CATEGORIES, CHANNELS
from simulator.masters.world import World
from simulator.state import PROMOTION_ITEM_COLUMNS, State

BY_CHANNEL, BY_SITE = 0, 1
# Share of promoted products that nobody notices: promoted, but they do not sell.
UNNOTICED = 8
MOST_UPLIFT = 1.8


@dataclass(frozen=True)
class Held:
    """What holds at a moment: `items` and, per SKU x channel and per SKU x warehouse, the row in them (-1: nothing)."""

    items: Frame
    by_channel: Array  # [s, channels]
    by_site: Array  # [s, w]

    def terms(self, row: Array) -> Frame:
        """promo (code, 0 none), mechanic and value for rows of `items` (-1: nothing)."""
        names = (("promo", "code"), ("mechanic", "mechanic"), ("value", "value"))
        return {name: np.r_[self.items[column], 0][row] for name, column in names}


@dataclass(frozen=True)
class Offers:
    """The promotions of a day: they change at `close` (microseconds)."""

    close: int
    before: Held
    after: Held

    def _rows(self, held: Held, sku: Array, head: Frame) -> Array:
        row = held.by_channel[sku, head["channel"]]
        return np.where(row >= 0, row, held.by_site[sku, head["site"]])

    def terms(self, sku: Array, head: Frame) -> Frame:
        """promo, mechanic and value per sale; `head`: channel, site and placed of each."""
        old, new = (held.terms(self._rows(held, sku, head)) for held in (self.before, self.after))
        return {name: np.where(head["placed"] >= self.close, new[name], old[name]) for name in old}

    def uplift(self, seed: int, sku: Array, head: Frame) -> Array:
        """Demand per wish against an ordinary day: 1.0 without an offer, 0 where nobody notices it."""
        old, new = (_factors(seed, held.items)[self._rows(held, sku, head)] for held in (self.before, self.after))
        return np.where(head["placed"] >= self.close, new, old)


def _factors(seed: int, items: Frame) -> Array:
    """Demand against an ordinary day per item, and 1.0 in the end for the row -1."""
    share = np.where(items["mechanic"] == AMOUNT, 0.4, items["value"] / 2000)
    factor = np.minimum(1.0 + np.where(items["mechanic"] == BOGO, 0.8, share), MOST_UPLIFT)
    unnoticed = mix(seed, items["sku"], items["code"], 43) % 100 < UNNOTICED
    return np.append(np.where(unnoticed, 0.0, factor), 1.0)


def _choose(world: World, state: State, day: int, campaign: Campaign) -> Array:
    """SKUs of a campaign: on sale, in no other campaign after today's close, and fit for its kind."""
    kind, products, close = KINDS[campaign.kind], state.products, start_of(world.config, day) + CLOSE
    free = (world.launch < day) & (products["status"] == 0)
    free[state.promotion_items["sku"][state.promotion_items["until"] > close]] = False
    if kind.category:
        free &= np.array([row.name == kind.category for row in CATEGORIES])[products["category"]]
    if kind.abc >= 0:
        free &= products["abc"] == kind.abc
    if kind.mechanic == AMOUNT:
        free &= products["price"] >= 5 * max(kind.values)
    sku = np.flatnonzero(free)
    wanted = max(2, round(len(sku) * kind.share))
    return sku[np.argsort(mix(world.config.seed, sku, campaign.code, 42), kind="stable")[:wanted]]


def _items(world: World, campaign: Campaign, sku: Array) -> Frame:
    kind, config = KINDS[campaign.kind], world.config
    local = campaign.site >= 0
    places = np.array([campaign.site] if local else kind.channels)
    count = len(sku) * len(places)
    return {
        "code": np.full(count, campaign.code), "sku": np.repeat(np.sort(sku), len(places)),
        "scope": np.full(count, BY_SITE if local else BY_CHANNEL), "place": np.tile(places, len(sku)),
        "mechanic": np.full(count, kind.mechanic), "value": np.full(count, campaign.value(campaign.revised)),
        "since": np.full(count, start_of(config, campaign.first) + CLOSE),
        "until": np.full(count, start_of(config, campaign.last) + CLOSE),
    }  # fmt: skip


def start_promotions(world: World, state: State, day: int) -> Frame:
    """Items of the campaigns that begin at today's close; a product is in one campaign at a time."""
    new = [empty(PROMOTION_ITEM_COLUMNS)]
    for campaign in campaigns(world.config, day, day):
        if not campaign.cancelled:
            items = _items(world, campaign, _choose(world, state, day, campaign))
            state.promotion_items = concat([state.promotion_items, items])
            new.append(items)
    items = concat(new)
    written = start_of(world.config, day) + 12 * HOUR
    return {**items, "updated": np.full(len(items["sku"]), written)}


def _held(world: World, items: Frame) -> Held:
    by_channel = np.full((world.skus, len(CHANNELS)), -1)
    by_site = np.full((world.skus, world.warehouses), -1)
    row, local = np.arange(len(items["sku"])), items["scope"] == BY_SITE
    by_channel[items["sku"][~local], items["place"][~local]] = row[~local]
    by_site[items["sku"][local], items["place"][local]] = row[local]
    return Held(items, by_channel, by_site)


def offers_of(world: World, state: State, day: int) -> Offers:
    """The promotions of `day`; afterwards `state` keeps those that hold after its close."""
    items, close = state.promotion_items, start_of(world.config, day) + CLOSE
    before, after = items["since"] < close, items["until"] > close
    state.promotion_items = take(items, after)
    return Offers(close, _held(world, take(items, before)), _held(world, take(items, after)))
