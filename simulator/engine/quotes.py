"""Price quotes: every Monday up to twelve suppliers send what their goods cost."""

from __future__ import annotations

import numpy as np

from simulator.clock import DAY, date_of, start_of, stream
from simulator.engine.finance import from_kes, rates_by_currency
from simulator.frames import Array, Frame, empty, mix
from simulator.masters.world import World
from simulator.state import State

SUPPLIERS_A_WEEK = 12
QUOTE_COLUMNS = "supplier sku code ean cost currency moq lead effective"


def _numbers(prefix: int, draw: Array) -> Array:
    """Thirteen digits with the check digit of GS1."""
    body = prefix * 10**9 + draw % 10**9
    weighted, rest = np.zeros(len(body), np.int64), body
    for place in range(12):
        weighted += rest % 10 * (1 if place % 2 else 3)
        rest = rest // 10
    return np.asarray(body * 10 + -weighted % 10)


def quote_prices(world: World, state: State, day: int) -> Frame:
    """Quotes of the day, empty unless it is a Monday; cost in 1/10,000 of the supplier's currency.

    `state` is the end of the day. The suppliers take turns; each quotes all goods for which it is the main supplier.
    """
    if date_of(world.config, day).weekday() != 0:
        return empty(QUOTE_COLUMNS)
    rng = stream(world.config, day, "quotes")
    today = start_of(world.config, day) // DAY
    turn = (today // 7 * SUPPLIERS_A_WEEK + np.arange(SUPPLIERS_A_WEEK)) % world.suppliers
    for_sale = (state.products["status"] == 0) & (world.launch <= day)
    sku = np.flatnonzero(for_sale & np.isin(state.products["supplier"], turn))
    supplier = state.products["supplier"][sku]
    sku, supplier = sku[np.argsort(supplier, kind="stable")], np.sort(supplier)
    count = len(sku)
    draw = mix(world.config.seed, sku, 91)
    currency = state.suppliers["currency"][supplier]
    cost = state.products["cost"][sku] * rng.integers(985, 1025, count) // 1000
    effective = today + mix(world.config.seed, supplier, today, 92) % 4
    return {
        "supplier": supplier, "sku": sku, "code": draw % 100_000,
        "ean": np.where(draw // 7 % 25 == 0, -1, _numbers(616, draw)), "currency": currency,
        "cost": np.maximum(1, from_kes(cost, rates_by_currency(state)[currency])),
        "moq": world.pack[sku] * (1 + draw // 11 % 4), "lead": state.suppliers["lead"][supplier],
        "effective": effective,
    }  # fmt: skip
