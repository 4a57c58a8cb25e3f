"""Changes of master data: every change is a new version, in the order of time."""

from collections.abc import Callable

import numpy as np

from simulator.clock import CLOSE, HOUR, SECOND, date_of, start_of, stream
from simulator.frames import Array, Frame, concat
from simulator.masters.opening import versions
from simulator.masters.words import CATEGORIES, COUNTIES, FIRST_NAMES
from simulator.masters.world import World
from simulator.state import State

Change = Callable[[Frame, Array], None]


def _apply(
    frame: Frame, rng: np.random.Generator, may: Array, chance: float, change: Change, *, at: int, spread: int
) -> Frame:
    """Draw rows among `may`, change them in place at a moment in [at, at + spread), return the new versions."""
    rows = np.flatnonzero((rng.random(len(may)) < chance) & may)
    if len(rows):
        change(frame, rows)
        frame["updated"][rows] = at + (rng.integers(0, spread, len(rows)) if spread else 0)
    return versions(frame, rows)


def _step(frame: Frame, name: str, rows: Array, rng: np.random.Generator, levels: int) -> None:
    frame[name][rows] = (frame[name][rows] + rng.integers(1, levels, len(rows))) % levels


def change_products(world: World, state: State, day: int) -> Frame:
    """Launches, moves of category and supplier, end of life, new ABC class, and prices at the close of business."""
    rng = stream(world.config, day, "products")
    start, first = start_of(world.config, day), date_of(world.config, day).day == 1
    frame = state.products
    known = world.launch < day
    same_day = world.launch == day

    def launch(target: Frame, rows: Array) -> None:
        target["created"][rows] = start + 5 * HOUR

    def recategorise(target: Frame, rows: Array) -> None:
        _step(target, "category", rows, rng, len(CATEGORIES))

    def resource(target: Frame, rows: Array) -> None:
        _step(target, "supplier", rows, rng, world.suppliers)

    def retire(target: Frame, rows: Array) -> None:
        target["status"][rows] = 1

    def reclass(target: Frame, rows: Array) -> None:
        _step(target, "abc", rows, rng, 3)
        target["reorder"][rows] = np.maximum(1, target["reorder"][rows] * rng.integers(85, 120, len(rows)) // 100)
        target["safety"][rows] = target["reorder"][rows] // 3

    def reprice(target: Frame, rows: Array) -> None:
        cost = target["cost"][rows] * rng.integers(97, 106, len(rows)) // 100
        raised = target["price"][rows] * rng.integers(96, 108, len(rows)) // 50_000 * 500
        # Never below cost (cost has four decimals, price two): a shop that loses on each sale would be an anomaly.
        floor = (cost * 108 // 100 // 100 + 499) // 500 * 500
        target["cost"][rows], target["price"][rows] = cost, np.maximum(raised, floor)

    return concat(
        [
            _apply(frame, rng, same_day, 1.1, launch, at=start + 5 * HOUR, spread=0),
            _apply(frame, rng, known, 0.0002, recategorise, at=start + 7 * HOUR, spread=HOUR),
            _apply(frame, rng, known, 0.0001, resource, at=start + 8 * HOUR, spread=HOUR),
            _apply(frame, rng, known, 0.00008, retire, at=start + 9 * HOUR, spread=HOUR),
            _apply(frame, rng, known, 0.03 if first else 0.0005, reclass, at=start + 10 * HOUR, spread=HOUR),
            _apply(frame, rng, known, 0.06 if first else 0.003, reprice, at=start + CLOSE, spread=0),
        ]
    )


def change_suppliers(world: World, state: State, day: int) -> Frame:
    """Payment terms, lead time and tier change now and then; a legal form or a contact rarely."""
    rng = stream(world.config, day, "suppliers")
    start = start_of(world.config, day)
    every = np.ones(world.suppliers, bool)

    def terms(target: Frame, rows: Array) -> None:
        target["terms"][rows] = rng.choice([7, 14, 30, 45, 60], len(rows))
        target["otif"][rows] = rng.choice([9000, 9300, 9500, 9700, 9800], len(rows))

    def lead(target: Frame, rows: Array) -> None:
        target["lead"][rows] = np.clip(target["lead"][rows] + rng.choice([-1, 1], len(rows)), 2, 21)

    def tier(target: Frame, rows: Array) -> None:
        _step(target, "tier", rows, rng, 4)

    def name(target: Frame, rows: Array) -> None:
        _step(target, "form", rows, rng, 4)
        target["contact"][rows] += 1

    plan = ((0.0015, 7, terms), (0.0015, 8, lead), (0.001, 9, tier), (0.0005, 10, name))
    return concat(
        [
            _apply(state.suppliers, rng, every, p, change, at=start + hour * HOUR, spread=HOUR)
            for p, hour, change in plan
        ]
    )


def change_sites(world: World, state: State, day: int) -> Frame:
    """Managers move, capacity grows."""
    rng = stream(world.config, day, "sites")
    start = start_of(world.config, day)
    every = np.ones(world.warehouses, bool)

    def manager(target: Frame, rows: Array) -> None:
        _step(target, "manager", rows, rng, len(FIRST_NAMES))

    def capacity(target: Frame, rows: Array) -> None:
        target["capacity"][rows] = target["capacity"][rows] * 105 // 100
        target["picks"][rows] = target["picks"][rows] * 104 // 100

    return concat(
        [
            _apply(state.sites, rng, every, 0.002, manager, at=start + 6 * HOUR, spread=HOUR),
            _apply(state.sites, rng, every, 0.0015, capacity, at=start + 7 * HOUR, spread=HOUR),
        ]
    )


def change_customers(world: World, state: State, day: int) -> Frame:
    """Loyalty, consent, address and contact details of some customers; they are changed at any hour."""
    rng = stream(world.config, day, "customers")
    start = start_of(world.config, day)
    every = np.ones(len(state.customers["created"]), bool)

    def loyalty(target: Frame, rows: Array) -> None:
        target["loyalty"][rows] = np.clip(target["loyalty"][rows] + rng.choice([-1, 1, 1], len(rows)), 0, 3)

    def consent(target: Frame, rows: Array) -> None:
        target["consent"][rows] = 1 - target["consent"][rows]

    def move(target: Frame, rows: Array) -> None:
        _step(target, "county", rows, rng, len(COUNTIES))

    def contact(target: Frame, rows: Array) -> None:
        target["contact"][rows] += 1

    def segment(target: Frame, rows: Array) -> None:
        _step(target, "segment", rows, rng, 4)

    plan = ((0.0006, loyalty), (0.0004, consent), (0.0002, move), (0.0003, contact), (0.0001, segment))
    return concat(
        [
            _apply(state.customers, rng, every, p, change, at=start + (3 + 4 * n) * HOUR, spread=4 * HOUR - SECOND)
            for n, (p, change) in enumerate(plan)
        ]
    )
