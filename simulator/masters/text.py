"""Codes, names and addresses as text: all follow from the number of the record and the seed, nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.frames import Array, mix
from simulator.masters import words
from simulator.masters.world import World


@dataclass(frozen=True)
class Texts:
    """Texts per number; lists of length s (SKUs), w (warehouses) or the number of suppliers."""

    sku: list[str]
    product: list[str]
    description: list[str]
    brand: list[str]
    weight: list[float]
    volume: list[float]
    site: list[str]
    site_name: list[str]
    region: list[str]
    place: list[tuple[float, float, str]]  # latitude, longitude, address
    supplier: list[str]
    supplier_name: list[str]


def make_texts(world: World) -> Texts:
    """All texts that do not change."""
    seed, rows = world.config.seed, [words.CATEGORIES[n] for n in world.line.tolist()]
    draw = mix(seed, np.arange(world.skus), 11).tolist()
    brand = [words.BRANDS[n % len(words.BRANDS)] for n in draw]
    kind = [row.items[(n >> 8) % len(row.items)] for row, n in zip(rows, draw, strict=True)]
    names = [f"{b} {k} {n % 90 + 10}" for n, (b, k) in enumerate(zip(brand, kind, strict=True))]
    weight = [round(row.weight * (0.8 + (n >> 16) % 50 / 100), 3) for row, n in zip(rows, draw, strict=True)]
    county = [words.COUNTIES[n % len(words.COUNTIES)] for n in range(world.warehouses)]
    kinds = world.site_type.tolist()
    label = ("Distribution Centre", "Dark Store", "Store")
    spot = (mix(seed, np.arange(world.warehouses), 12) % 1000).tolist()
    trade = mix(seed, np.arange(world.suppliers), 13).tolist()
    return Texts(
        sku=[f"GH{n + 1:06d}" for n in range(world.skus)],
        product=names,
        description=[f"{name}, {row.name.lower()} / {row.sub.lower()}" for name, row in zip(names, rows, strict=True)],
        brand=brand,
        weight=weight,
        volume=[round(w * 0.0016, 6) for w in weight],
        site=[f"WH{n + 1:02d}" for n in range(world.warehouses)],
        site_name=[f"{c[0]} {label[k]} {n + 1}" for n, (c, k) in enumerate(zip(county, kinds, strict=True))],
        region=[c[0] for c in county],
        place=[(c[1] + s / 20000, c[2] + s / 30000, f"Plot {s + 1}") for c, s in zip(county, spot, strict=True)],
        supplier=[f"SUP{n + 1:04d}" for n in range(world.suppliers)],
        supplier_name=[
            f"{words.SUPPLIER_WORDS[t % 24]} {words.SUPPLIER_TRADES[(t >> 8) % 8]} {n + 1}" for n, t in enumerate(trade)
        ],
    )  # fmt: skip


def bins(world: World, cell: Array) -> list[str]:
    """Shelf address of each cell, such as B-07-3."""
    draw = mix(world.config.seed, cell, 14)
    return [f"{'ABCDEFGH'[d % 8]}-{(d >> 4) % 40 + 1:02d}-{(d >> 12) % 5 + 1}" for d in draw.tolist()]


def people(seed: int, ids: Array, contact: Array) -> tuple[list[str], list[str], list[str]]:
    """(name, e-mail, phone) per customer; e-mail and phone follow `contact`, the number of changes so far.

    Phones are written as people write them: +2547…, 07… or 2541….
    """
    reach = mix(seed, ids, contact, 22).tolist()
    names = [f"{first} {last}" for first, last in full_names(seed, ids)]
    numbers = ids.tolist()
    mails = [
        f"{name.lower().replace(' ', '.')}{number}{'x' * times}@example.co.ke"
        for name, number, times in zip(names, numbers, contact.tolist(), strict=True)
    ]
    prefix = ("+2547", "07", "2547", "+2541", "01")
    phones = [f"{prefix[n % 5]}{(n >> 8) % 100_000_000:08d}" for n in reach]
    return names, mails, phones


def full_names(seed: int, ids: Array) -> list[tuple[str, str]]:
    """(first name, last name) per customer."""
    who = mix(seed, ids, 21).tolist()
    return [(words.FIRST_NAMES[n % 32], words.LAST_NAMES[(n >> 8) % 24]) for n in who]


def phone_numbers(seed: int, ids: Array, contact: Array) -> Array:
    """The phones of `people` as networks write them: numbers that begin with 2547 or 2541."""
    reach = mix(seed, ids, contact, 22)
    return np.asarray(np.where(reach % 5 < 3, 2547, 2541) * 100_000_000 + (reach >> 8) % 100_000_000)
