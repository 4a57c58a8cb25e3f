"""How a promise of the clean world is written down."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """`exceptions` returns rows that break the rule; `break_it` is SQL after which there must be some."""

    exceptions: str
    break_it: str
