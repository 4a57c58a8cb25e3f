"""Labelled anomalies of demand: plans per SKU that follow from the seed, and what they do on a day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulator.clock import date_of
from simulator.config import WorldConfig
from simulator.dirt.catalogue import ANOMALIES
from simulator.dirt.scene import Item, Scene, salt
from simulator.dirt.spec import rates_of
from simulator.frames import Array, mix

BLOCK = 91
LENGTHS = {  # shortest and longest run, days
    "promotion_spike": (3, 6), "stock_out_run": (10, 16), "level_shift": (30, 60), "variance_shift": (30, 60),
    "demand_drift": (30, 60),
}  # fmt: skip
DRIFT_PER_DAY = 1.04


@dataclass(frozen=True)
class Plan:
    """An anomaly of one SKU from day `first` to day `last`, both included."""

    kind: str
    sku: int
    first: int
    last: int

    def factor(self, seed: int, day: int) -> float:
        """Demand on a day over the usual demand."""
        if self.kind == "variance_shift":
            return (0.2, 3.0)[int(mix(seed, self.sku, day, salt(self.kind)) % 2)]
        steady = {"promotion_spike": 4.0, "stock_out_run": 2.0, "level_shift": 2.5}
        return steady.get(self.kind) or DRIFT_PER_DAY ** (day - self.first + 1)


@lru_cache(maxsize=8)
def _plans(config: WorldConfig, block: int) -> tuple[Plan, ...]:
    """Plans that begin in a block of 91 days."""
    rates = rates_of(config.dirt)
    skus, found = np.arange(config.skus), []
    for kind in ANOMALIES:
        hit = Scene(config, 0, rates).hit(kind, skus + block * config.skus)
        low, high = LENGTHS[kind]
        for sku in skus[hit].tolist():
            draw = mix(config.seed, sku, block, salt(kind, "when"))
            first = block * BLOCK + int(draw % BLOCK)
            if config.dirt_until is None or date_of(config, first) <= config.dirt_until:
                found.append(Plan(kind, sku, first, first + low + int(draw // BLOCK % (high - low + 1)) - 1))
    return tuple(found)


def plans_on(config: WorldConfig, day: int) -> list[Plan]:
    """The plans that act on a day."""
    if config.dirt == "none" or day < 0:
        return []
    block = day // BLOCK
    both = (_plans(config, block - 1) if block else ()) + _plans(config, block)
    return [plan for plan in both if plan.first <= day <= plan.last]


def anomalous(config: WorldConfig, day: int, sku: Array, qty: Array) -> Array:
    """Wishes of a day (sku: int[n], qty: int[n]) under its plans; without a plan `qty` itself."""
    plans = plans_on(config, day)
    if not plans:
        return qty
    factor = np.ones(config.skus)
    for plan in plans:
        factor[plan.sku] *= plan.factor(config.seed, day)
    draw = mix(config.seed, np.arange(len(qty)), day, salt("anomalous")) % 1000 / 1000.0
    changed = np.floor(qty * factor[sku] + draw).astype(np.int64)
    return np.where(factor[sku] == 1.0, qty, changed)


def reordered(config: WorldConfig, day: int) -> Array:
    """[s] bool: SKUs that are reordered as usual on this day."""
    usual = np.ones(config.skus, bool)
    for plan in plans_on(config, day):
        usual[plan.sku] &= plan.kind != "stock_out_run"
    return usual


def items(config: WorldConfig, day: int) -> list[Item]:
    """Lines of the truth file: plans that begin on this day."""
    return [
        Item(
            {
                "sku": f"GH{plan.sku + 1:06d}",
                "from": date_of(config, plan.first).isoformat(),
                "to": date_of(config, plan.last).isoformat(),
            },
            "order_lines", plan.kind, lag=plan.last - plan.first + 1,
        )
        for plan in plans_on(config, day)
        if plan.first == day
    ]  # fmt: skip
