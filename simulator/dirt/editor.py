"""Edits rows of any format: only the chosen lines are decoded, changed and encoded again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from simulator.dirt.scene import Draw, Item, Key, Outcome, Row, Scene, hashes

Edit = Callable[[Row, Draw], Outcome | None]
Finder = Callable[[Scene, Sequence[str]], list[int]]


class Codec(Protocol):
    """How one line becomes a row and back."""

    def load(self, line: str) -> Row:
        """The row of a line."""

    def dump(self, row: Row) -> str:
        """The line of a row."""


@dataclass(frozen=True)
class Rule:
    """A kind on a table. `times`: rate per line of text over rate per item; `find`: candidates of kinds that have no
    rate per row."""

    kind: str
    edit: Edit
    times: float = 1.0
    find: Finder | None = None


@dataclass
class Edited:
    """Lines to deliver in place of some lines, lines for later days (lag, position of the origin, text), keys that
    vanish later (lag, key), the truth."""

    now: dict[int, list[str]] = field(default_factory=dict)
    later: list[tuple[int, int, str]] = field(default_factory=list)
    gone: list[tuple[int, Key]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def edit(scene: Scene, table: str, lines: Sequence[str], codec: Codec, rules: Sequence[Rule]) -> Edited:
    """Let each rule edit the rows it hits; a row is hit by one rule at most, the first one that can edit it."""
    result = Edited()
    wanted = [rule for rule in rules if rule.kind in scene.rates]
    if not wanted or not lines:
        return result
    numbers = hashes(lines)
    for rule in wanted:
        if rule.find is None:
            rows = np.flatnonzero(scene.hit(rule.kind, numbers, table, times=rule.times)).tolist()
        else:
            rows = rule.find(scene, lines)
        for n in rows:
            if n in result.now:
                continue
            outcome = rule.edit(codec.load(lines[n]), Draw(scene, rule.kind, table, int(numbers[n])))
            if outcome is None:
                continue
            result.now[n] = [codec.dump(row) for row in outcome.now]
            result.later += [(lag, n, codec.dump(row)) for lag, row in outcome.later]
            result.gone += outcome.gone
            for item in outcome.items:
                result.items.append(replace(item, table=item.table or table, kind=item.kind or rule.kind))
    return result


def merged(lines: Sequence[str], result: Edited) -> list[str]:
    """All lines of the delivery in their order."""
    if not result.now:
        return list(lines)
    return [line for n, old in enumerate(lines) for line in result.now.get(n, (old,))]
