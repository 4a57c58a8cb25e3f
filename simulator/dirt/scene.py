"""Which rows are hit: every choice is a hash of the seed, the kind and the row's own text, so that no state is kept."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from simulator.clock import date_of
from simulator.config import WorldConfig
from simulator.frames import Array, mix

ONE = 1 << 40
Row = dict[str, Any]
Key = dict[str, Any]


def salt(*words: str) -> int:
    """A number for a name."""
    return zlib.crc32("\0".join(words).encode())


def hashes(lines: Sequence[str]) -> Array:
    """A number per line of text."""
    return np.fromiter((zlib.crc32(line.encode()) for line in lines), np.int64, len(lines))


@dataclass(frozen=True)
class Scene:
    """One day of a world and the dirt wanted: rate by kind."""

    config: WorldConfig
    day: int
    rates: dict[str, float]

    @cached_property
    def date(self) -> date:
        """The simulated day."""
        return date_of(self.config, self.day)

    def hit(self, kind: str, numbers: Array, *names: str, times: float = 1.0) -> Array:
        """Mask of the rows that a kind hits: its rate times `times`."""
        rate = self.rates.get(kind, 0.0) * times
        if rate <= 0:
            return np.zeros(len(numbers), bool)
        return np.asarray(mix(self.config.seed, numbers, salt(kind, *names)) % ONE < rate * ONE)

    def happens(self, kind: str, *names: str, times: float = 1.0) -> bool:
        """Whether a kind that hits days hits this one."""
        return bool(self.hit(kind, np.array([self.day]), *names, times=times)[0])

    def number(self, below: int, number: int, *names: str) -> int:
        """A repeatable number from 0 to below - 1."""
        return int(mix(self.config.seed, number, salt(*names)) % below)

    @cached_property
    def variant_skus(self) -> frozenset[str]:
        """The SKUs that somebody writes in another way."""
        numbers = np.arange(self.config.skus)
        chosen = numbers[self.hit("sku_variants", numbers)]
        return frozenset(f"GH{n + 1:06d}" for n in chosen.tolist())


@dataclass(frozen=True)
class Item:
    """One line of the truth file. `lag`: days until the source is as it should be (None: stays as it is).

    Empty `table`, `kind`, `expected`, `source`: those of the rule that made it.
    """

    key: Key
    table: str = ""
    kind: str = ""
    expected: str = ""
    lag: int | None = None
    source: str = ""


@dataclass
class Outcome:
    """What becomes of one row: the rows delivered in its place, rows for later days (lag, row), keys that vanish on
    later days (lag, key), and the truth."""

    now: list[Row]
    items: list[Item]
    later: list[tuple[int, Row]] = field(default_factory=list)
    gone: list[tuple[int, Key]] = field(default_factory=list)


@dataclass(frozen=True)
class Draw:
    """What an edit may know about the row it edits."""

    scene: Scene
    kind: str
    table: str
    hash: int

    def number(self, below: int, name: str = "") -> int:
        """A repeatable number from 0 to below - 1."""
        return self.scene.number(below, self.hash, self.kind, name)

    @property
    def lag(self) -> int:
        """Days until the next delivery: 4 to 30 for very late rows, else 1 to 3."""
        return 4 + self.number(27, "lag") if self.kind == "very_late" else 1 + self.number(3, "lag")
