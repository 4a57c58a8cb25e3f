"""The first morning: masters as they are, stock on the shelf, no open document."""

import numpy as np

from simulator.clock import DAY, MINUTE, start_of, stream
from simulator.engine.finance import opening_rates
from simulator.engine.output import OPENING
from simulator.engine.prices import first_prices
from simulator.frames import Array, Frame, number_within
from simulator.masters.campaigns import PLANNED_BEFORE, plan_versions
from simulator.masters.words import CATEGORIES, COUNTIES, FIRST_NAMES, INCOTERMS, SEGMENTS, SUPPLIER_FORMS
from simulator.masters.world import DC, World
from simulator.state import State, empty_documents


def _born(world: World, rng: np.random.Generator, count: int, oldest: int, newest: int) -> Array:
    """Random moments between `oldest` and `newest` days before the first day, to the second."""
    ago = rng.integers(newest * DAY // MINUTE, oldest * DAY // MINUTE, count)
    return np.asarray(start_of(world.config, 0) - ago * MINUTE)


def _products(world: World) -> Frame:
    rng = stream(world.config, -1, "products")
    skus = world.skus
    usual = np.array([row.price for row in CATEGORIES])[world.line]
    price = np.maximum(10, np.round(usual * rng.lognormal(0, 0.35, skus) / 5) * 5).astype(np.int64) * 100
    cost = (price * rng.uniform(0.58, 0.84, skus)).astype(np.int64) * 100
    per_sku = world.rate.reshape(world.warehouses, skus).sum(axis=0)
    order = np.argsort(-per_sku, kind="stable")
    share = np.empty(skus)
    share[order] = np.cumsum(per_sku[order]) / max(per_sku.sum(), 1e-9)
    low = world.low.reshape(world.warehouses, skus)
    centre = np.where((world.site_type == DC)[:, None], low, 0).max(axis=0)
    created = _born(world, rng, skus, 1100, 40)
    return {
        "category": world.line.astype(np.int64), "supplier": world.supplier.astype(np.int64),
        "abc": np.searchsorted([0.8, 0.95], share).astype(np.int64), "status": np.zeros(skus, np.int64),
        "cost": cost, "price": price, "reorder": centre, "safety": centre // 3, "deleted": np.zeros(skus, np.int64),
        "created": created, "updated": created.copy(),
    }  # fmt: skip


def _suppliers(world: World) -> Frame:
    rng = stream(world.config, -1, "suppliers")
    count = world.suppliers
    created = _born(world, rng, count, 2500, 1200)
    return {
        "form": rng.integers(0, len(SUPPLIER_FORMS), count), "terms": rng.choice([7, 14, 30, 45, 60], count),
        "currency": np.where(np.arange(count) % 5 == 2, 1 + np.arange(count) // 5 % 3, 0),
        "incoterm": rng.integers(0, len(INCOTERMS), count), "lead": world.lead.astype(np.int64),
        "tier": rng.choice(4, count, p=[0.15, 0.35, 0.4, 0.1]), "status": np.zeros(count, np.int64),
        "otif": rng.choice([9000, 9300, 9500, 9700, 9800], count), "contact": np.zeros(count, np.int64),
        "deleted": np.zeros(count, np.int64), "created": created, "updated": created.copy(),
    }  # fmt: skip


def _sites(world: World) -> Frame:
    rng = stream(world.config, -1, "sites")
    count = world.warehouses
    created = _born(world, rng, count, 2500, 1200)
    size = np.where(world.site_type == DC, 9000, 700)
    return {
        "manager": rng.integers(0, len(FIRST_NAMES), count), "capacity": size * rng.integers(80, 130, count),
        "picks": size * rng.integers(3, 6, count) // 2, "status": np.zeros(count, np.int64),
        "deleted": np.zeros(count, np.int64), "created": created, "updated": created.copy(),
    }  # fmt: skip


def new_customers(rng: np.random.Generator, created: Array) -> Frame:
    """Attributes of customers first seen at `created` (microseconds)."""
    count = len(created)
    counties = np.array([30, 12, 8, 8, 6, 12, 6, 4, 4, 4, 4, 2], float)[: len(COUNTIES)]
    return {
        "segment": rng.choice(len(SEGMENTS), count, p=[0.72, 0.14, 0.06, 0.08]),
        "loyalty": rng.choice(4, count, p=[0.5, 0.3, 0.15, 0.05]),
        "county": rng.choice(len(counties), count, p=counties / counties.sum()),
        "consent": (rng.random(count) < 0.55).astype(np.int64), "source": rng.integers(0, 5, count),
        "contact": np.zeros(count, np.int64), "deleted": np.zeros(count, np.int64),
        "created": created.astype(np.int64), "updated": created.astype(np.int64).copy(),
    }  # fmt: skip


def versions(frame: Frame, rows: Array) -> Frame:
    """These rows as versions: all attributes plus `id`."""
    ids = np.flatnonzero(rows) if rows.dtype == bool else rows
    return {"id": ids.astype(np.int64), **{name: column[ids] for name, column in frame.items()}}


def open_world(world: World) -> tuple[State, dict[str, Frame]]:
    """The state before the first day, and what exists by then: versions of the masters, OPENING movements."""
    rng = stream(world.config, -1, "opening")
    first = start_of(world.config, 0)
    launched = np.tile(world.launch < 0, world.warehouses)
    share = rng.uniform(0.25, 1.0, len(world.low))
    book = (world.low + ((world.high - world.low) * share).astype(np.int64)) * (world.assorted & launched)
    base = np.sort(_born(world, rng, world.config.opening_customers, 900, 1))
    products, customers = _products(world), new_customers(rng, base)
    cells = np.flatnonzero(book > 0)
    site, sku = np.divmod(cells, world.skus)
    ledger = {
        "id": np.arange(1, len(cells) + 1), "kind": np.full(len(cells), OPENING), "sku": sku, "site": site,
        "qty": book[cells], "cost": products["cost"][sku], "at": np.full(len(cells), first),
        "ref": site, "ref_line": number_within(site), "other": np.full(len(cells), -1),
        "reversal": np.zeros(len(cells), np.int64),
    }  # fmt: skip
    fx, rates = opening_rates(world)
    zero = np.zeros(len(book), np.int64)
    stock = {"book": book, "gap": zero.copy(), "reserved": zero.copy(), "coming": zero.copy()}
    documents = ("order", "purchase", "receipt", "transfer", "return", "movement", "adjustment", "mpesa")
    counters = {name: np.ones(1, np.int64) for name in documents}
    counters["movement"] += len(cells)
    accounts = {"balance": np.zeros(1 + world.warehouses, np.int64)}
    state = State(
        -1, counters, products, _suppliers(world), _sites(world), customers, stock, fx=fx, accounts=accounts,
        **empty_documents(),
    )  # fmt: skip
    return state, {
        "products": versions(products, world.launch < 0),
        "suppliers": versions(state.suppliers, np.ones(world.suppliers, bool)),
        "sites": versions(state.sites, np.ones(world.warehouses, bool)),
        "customers": versions(customers, np.ones(len(base), bool)),
        "ledger": ledger,
        "fx": rates,
        "promotions": plan_versions(world.config, -PLANNED_BEFORE, -1),
        "prices": first_prices(products, np.flatnonzero(world.launch < 0)),
    }
