"""Paths into JSON records: `utm.source`, and `Body.Item[Amount]` for the Value of the element whose Name is Amount."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

PATH = re.compile(r"([^.\[\]]+(?:\.[^.\[\]]+)*)(?:\[([^.\[\]]+)\])?")


@dataclass(frozen=True)
class JsonPath:
    """The keys from the record down; with `element`, the last key holds a list of {Name, Value}."""

    text: str
    keys: tuple[str, ...]
    element: str | None = None

    @classmethod
    def parse(cls, text: str) -> "JsonPath | None":
        """The path, or None for a text that is none."""
        match = PATH.fullmatch(text)
        return None if match is None else cls(text, tuple(match[1].split(".")), match[2])


def conflict(paths: Sequence[JsonPath]) -> tuple[str, str] | None:
    """Two paths of which one ends where the other one goes on (or takes a list's element), or None."""
    for one in paths:
        for other in paths:
            deeper = len(other.keys) > len(one.keys) and other.keys[: len(one.keys)] == one.keys
            if deeper or (other.keys == one.keys and (one.element is None) != (other.element is None)):
                return one.text, other.text
    return None
