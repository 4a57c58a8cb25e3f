"""Forecasts: every Monday two models say what A-class goods will sell in the four weeks after this one."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from simulator.clock import date_of, demand_factor, stream
from simulator.frames import Array, Frame, concat, empty
from simulator.masters.world import LINES_PER_ORDER, STORE_ROOM, UNITS_PER_LINE, World
from simulator.state import State

MODELS = ("seasonal_naive", "ets")
SEASONAL_NAIVE, ETS = 0, 1
WEEKS = 4
# What is sold of a nominal unit of demand: more is wished for, some of it is not on the shelf.
SOLD = 1.08
FORECAST_COLUMNS = "sku site week model qty"


def _sold_per_day(world: World) -> Array:
    """[cells] units that customers ask for on an average day; what a centre sends to stores is not in it."""
    reach = world.pick.reshape(world.warehouses, world.skus) - np.arange(world.warehouses)[:, None]
    choice = np.diff(reach, axis=1, prepend=0.0)
    orders = world.site_weight[:, None] * world.config.orders_per_day
    return np.asarray(choice * orders * LINES_PER_ORDER * UNITS_PER_LINE).ravel()


def _week_factors(world: World, day: int) -> Array:
    """[weeks, categories] how many average days the coming weeks sell: weekday, month, payday, season."""
    factors = np.zeros((WEEKS, world.season.shape[0]))
    for week in range(WEEKS):
        for ahead in range(7 * (week + 1), 7 * (week + 2)):
            month = (date_of(world.config, day) + timedelta(days=ahead)).month - 1
            factors[week] += demand_factor(world.config, day + ahead) * world.season[:, month]
    return factors


def forecast_demand(world: World, state: State, day: int) -> Frame:
    """Forecasts of the day, empty unless it is a Monday; qty in hundredths, week 1 is the one after this.

    `state` is the end of the day. Seasonal naive repeats what was sold in such a week, with its luck; ETS (every tenth
    SKU) is smoother. Both know less of later weeks.
    """
    if date_of(world.config, day).weekday() != 0:
        return empty(FORECAST_COLUMNS)
    rng = stream(world.config, day, "forecasts")
    wanted = (state.products["abc"] == 0) & (state.products["status"] == 0) & (world.launch <= day)
    cells = np.tile(wanted, world.warehouses) & np.repeat(world.site_type != STORE_ROOM, world.skus) & world.assorted
    site, sku = np.divmod(np.flatnonzero(cells), world.skus)
    factors = _week_factors(world, day)[:, state.products["category"][sku]]
    expected = factors * _sold_per_day(world)[cells][None, :] * SOLD
    horizon = np.arange(1, WEEKS + 1)[:, None]
    shape = (WEEKS, len(sku))
    naive = rng.poisson(expected) * rng.lognormal(0.0, 0.1 + 0.03 * horizon, shape)
    smooth = expected * rng.lognormal(0.0, 0.06 + 0.02 * horizon, shape)
    tenth = sku % 10 == 0
    return concat(
        [
            _rows(SEASONAL_NAIVE, sku, site, naive),
            _rows(ETS, sku[tenth], site[tenth], smooth[:, tenth]),
        ]
    )


def _rows(model: int, sku: Array, site: Array, qty: Array) -> Frame:
    count = len(sku)
    return {
        "sku": np.tile(sku, WEEKS), "site": np.tile(site, WEEKS),
        "week": np.repeat(np.arange(1, WEEKS + 1), count), "model": np.full(count * WEEKS, model),
        "qty": np.round(qty.ravel() * 100).astype(np.int64),
    }  # fmt: skip
