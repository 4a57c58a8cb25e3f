"""What never changes during the simulation: who supplies what, who stocks what, how much a cell sells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.clock import stream
from simulator.config import WorldConfig
from simulator.frames import Array, mix
from simulator.masters.words import CATEGORIES, SEASONS

LINES_PER_ORDER, UNITS_PER_LINE = 2.5, 2.15
DC, DARK_STORE, STORE_ROOM = 0, 1, 2


@dataclass(frozen=True)
class World:
    """Fixed arrays. s: SKUs, w: warehouses, cells: w * s (cell = warehouse * SKUs + SKU)."""

    config: WorldConfig
    suppliers: int
    site_type: Array  # [w] DC, DARK_STORE or STORE_ROOM
    site_weight: Array  # [w] share of orders, sums to 1
    line: Array  # [s] row of CATEGORIES at the start
    supplier: Array  # [s] primary supplier at the start
    pack: Array  # [s] units per purchase pack
    launch: Array  # [s] day index of the launch; negative: before the first day
    season: Array  # [categories, 12] share of full demand
    assorted: Array  # [cells] bool
    direct: Array  # [cells] bool: bought from the supplier; otherwise brought from `parent`
    parent: Array  # [w] the DC that feeds a warehouse (itself for a DC)
    rate: Array  # [cells] expected units per day
    low: Array  # [cells] reorder point s
    high: Array  # [cells] order-up-to level S
    lead: Array  # [suppliers] days promised at the start
    pick: Array  # [cells] cumulative choice of SKU within warehouse w, from w to w + 1
    count_slot: Array  # [cells] day of the 30-day count cycle, -1: not stocked

    @property
    def skus(self) -> int:
        """Number of SKUs."""
        return self.config.skus

    @property
    def warehouses(self) -> int:
        """Number of warehouses."""
        return self.config.warehouses


def site_types(warehouses: int) -> Array:
    """One DC per six sites, half of the rest dark stores, the others store-rooms with a till."""
    centres = max(1, round(warehouses / 6))
    dark = (warehouses - centres + 1) // 2
    kinds = np.full(warehouses, STORE_ROOM)
    kinds[:centres] = DC
    kinds[centres : centres + dark] = DARK_STORE
    return kinds


def _assortment(config: WorldConfig, kinds: Array, rank: Array) -> Array:
    """[w, s] bool: centres stock everything, stores the popular part and some of the long tail."""
    rng = stream(config, -1, "assortment")
    chance = np.where(kinds[:, None] == DC, 1.1, 0.95 - 0.6 * rank[None, :] / config.skus)
    return np.asarray(rng.random((len(kinds), config.skus)) < chance)


def _levels(rate: Array, lead: Array, review: float, pack: Array) -> tuple[Array, Array]:
    """(s, S) levels of continuous demand `rate` over `lead` + `review` days at about 97 % service."""
    cover = rate * (lead + review)
    low = np.ceil(cover + 1.15 * np.sqrt(cover * 2.2)).astype(np.int64)
    return low, low + np.maximum(np.ceil(rate * 10).astype(np.int64), pack)


def _slots(assorted: Array) -> Array:
    """[w, s] spreads the stocked SKUs of each warehouse evenly over a 30-day cycle; -1 where not stocked."""
    position = np.cumsum(assorted, axis=1) + np.arange(len(assorted))[:, None] * 7
    return np.where(assorted, position % 30, -1)


def make_world(config: WorldConfig) -> World:
    """All fixed arrays of a world, from its identity alone."""
    rng = stream(config, -1, "world")
    skus, sites = config.skus, config.warehouses
    kinds = site_types(sites)
    centres = int((kinds == DC).sum())
    suppliers = max(4, min(400, round(skus / 22)))
    line = rng.choice(len(CATEGORIES), skus)
    rank = rng.permutation(skus)
    weight = 1.0 / (rank + 3.0) ** 0.85
    assorted = _assortment(config, kinds, rank)
    share = np.select([kinds == DC, kinds == DARK_STORE], [0.9, 1.05], 1.1) * rng.uniform(0.75, 1.25, sites)
    share = share / share.sum()
    choice = assorted * weight
    choice = choice / choice.sum(axis=1, keepdims=True)
    rate = choice * share[:, None] * config.orders_per_day * LINES_PER_ORDER * UNITS_PER_LINE
    parent = np.where(kinds == DC, np.arange(sites), np.arange(sites) % centres)
    straight = np.array([row.direct for row in CATEGORIES])[line]
    direct = (kinds[:, None] == DC) | (mix(config.seed, np.arange(skus), 5) % 1000 < straight * 1000)[None, :]
    fed = np.zeros_like(rate)
    np.add.at(fed, parent, np.where(direct, 0.0, rate))
    lead = rng.choice([2, 3, 4, 5, 7, 10, 14], suppliers, p=[0.1, 0.2, 0.2, 0.2, 0.15, 0.1, 0.05])
    supplier = (line * 7 + rng.integers(0, 11, skus) * 3) % suppliers
    pack = rng.choice([1, 6, 12, 24], skus, p=[0.2, 0.3, 0.35, 0.15])
    total = rate + fed
    buy_low, buy_high = _levels(total, lead[supplier][None, :] + 0.0, 3.0, pack[None, :])
    move_low, move_high = _levels(rate, np.ones((1, skus)), 1.5, np.minimum(pack, 6)[None, :])
    launch_draw = rng.random(skus)
    launch = np.select(
        [launch_draw < 0.03, launch_draw < 0.06], [rng.integers(1, 121, skus), rng.integers(121, 731, skus)], -1
    )
    season = np.array([SEASONS.get(row.name, (1.0,) * 12) for row in CATEGORIES])
    pick = (np.cumsum(choice, axis=1) / choice.sum(axis=1, keepdims=True)).clip(max=1.0) + np.arange(sites)[:, None]
    return World(
        config, suppliers, kinds, share, line, supplier, pack, launch, season,
        assorted.ravel(), direct.ravel(), parent, total.ravel(),
        np.where(direct, buy_low, move_low).ravel(), np.where(direct, buy_high, move_high).ravel(),
        lead, pick.ravel(), _slots(assorted).ravel(),
    )  # fmt: skip
