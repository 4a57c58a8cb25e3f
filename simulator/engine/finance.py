"""Exchange rates, and what suppliers invoice for the goods that were accepted."""

from __future__ import annotations

import numpy as np

from simulator.clock import DAY, HOUR, MINUTE, SECOND, business_day, start_of, stream
from simulator.frames import Array, Frame, concat, take
from simulator.masters.words import FX_BASE
from simulator.masters.world import World
from simulator.state import State

WAITING, OPEN, PAID = range(3)
MICRO = 1_000_000
# Rates are known before the first day, so that the first orders have one.
FX_DAYS_BEFORE = 60


def next_rates(rate: Array, rng: np.random.Generator) -> Array:
    """Tomorrow's rates: a random walk that is pulled back to where it began; millionths of a KES per unit."""
    base = np.array(FX_BASE) * MICRO
    pull = 0.01 * (base / rate - 1.0)
    return np.round(rate * (1.0 + pull + rng.normal(0, 0.004, len(rate)))).astype(np.int64)


def fx_rows(rate: Array, first: int) -> Frame:
    """The rates of the day that begins at `first` (microseconds), written early in the morning."""
    count = len(rate)
    return {
        "currency": np.arange(1, count + 1), "date": np.full(count, first // DAY), "rate": rate.copy(),
        "updated": np.full(count, first + 2 * HOUR),
    }  # fmt: skip


def opening_rates(world: World) -> tuple[Frame, Frame]:
    """(the rates of the day before the first, the rates of all days before)."""
    rng, rate = stream(world.config, -1, "fx"), np.round(np.array(FX_BASE) * MICRO).astype(np.int64)
    days = []
    for day in range(-FX_DAYS_BEFORE, 0):
        rate = next_rates(rate, rng)
        days.append(fx_rows(rate, start_of(world.config, day)))
    return {"rate": rate}, concat(days)


def change_rates(world: World, state: State, day: int) -> Frame:
    """The rates of today."""
    state.fx["rate"] = next_rates(state.fx["rate"], stream(world.config, day, "fx"))
    return fx_rows(state.fx["rate"], start_of(world.config, day))


def rates_by_currency(state: State) -> Array:
    """Millionths of a KES per unit, for each of CURRENCIES; 1 for KES itself."""
    return np.concatenate([np.array([MICRO]), state.fx["rate"]])


def in_kes(amount: Array, rate: Array) -> Array:
    """Ten-thousandths of a unit to ten-thousandths of a KES, rounded half up."""
    return np.asarray((amount * rate + MICRO // 2) // MICRO)


def from_kes(amount: Array, rate: Array) -> Array:
    """Ten-thousandths of a KES to ten-thousandths of a unit, rounded half up."""
    return np.asarray((amount * MICRO + rate // 2) // rate)


def bill(world: World, state: State, day: int, receipts: Frame) -> None:
    """Plan one invoice per goods receipt note with accepted goods: it comes after 1 to 3 days, and is paid when due."""
    rng = stream(world.config, day, "invoices")
    goods = take(receipts, receipts["received"] > receipts["rejected"])
    number, index = np.unique(goods["no"], return_inverse=True)
    count = len(number)
    wait = rng.integers(1, 4, count) * DAY
    hour = (5 * HOUR + rng.integers(0, 9 * HOUR, count)) // SECOND * SECOND
    late = np.where(rng.random(count) < 0.1, rng.integers(1, 13, count), 0)
    pay = 7 * HOUR + rng.integers(0, 5 * 60, count) * MINUTE
    supplier = goods["supplier"]
    due = business_day(goods["at"]) + state.suppliers["terms"][supplier]
    qty = goods["received"] - goods["rejected"]
    zero = np.zeros(len(qty), np.int64)
    state.invoices = concat([state.invoices, {
        "no": goods["no"], "line": goods["line"], "supplier": supplier, "form": state.suppliers["form"][supplier],
        "po": goods["po"], "po_line": goods["po_line"], "qty": qty, "price": goods["price"],
        "currency": goods["currency"], "at": goods["at"] // DAY * DAY + (wait + hour)[index], "due": due,
        "pay": (due + late[index]) * DAY + pay[index], "status": zero,
    }])  # fmt: skip


def move_invoices(world: World, state: State, day: int) -> Frame:
    """Invoice lines that came or were paid today; forgets what is paid."""
    frame, end = state.invoices, start_of(world.config, day + 1)
    coming = (frame["status"] == WAITING) & (frame["at"] < end)
    frame["status"][coming] = OPEN
    paying = (frame["status"] == OPEN) & (frame["pay"] < end)
    frame["status"][paying] = PAID
    changed = take(frame, coming | paying)
    changed["updated"] = np.where(changed["status"] == PAID, changed["pay"], changed["at"])
    state.invoices = take(frame, frame["status"] != PAID)
    return changed
