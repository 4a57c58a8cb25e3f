"""What is found out about a source, as plain data."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.ingest.model import Column


@dataclass(frozen=True)
class Sample:
    """Rows of a source in its own columns, as landing would read them: text, or the exact types of a typed source.

    `extraction` is the contract's custom property; `setting` the environment variable it needs and its value.
    """

    origin: str
    frame: pl.DataFrame
    extraction: dict[str, Any]
    setting: tuple[str, str]
    doubts: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()  # columns that landing cannot hold
    keys: tuple[str, ...] = ()  # the primary key as the catalogue of a database has it
    required: frozenset[str] | None = None  # columns that are NOT NULL there; None: there is no catalogue
    is_partial: bool = False


@dataclass(frozen=True)
class Guess:
    """One column: what landing will make of it, the custom properties that takes, and what is doubtful about it."""

    column: Column
    custom: dict[str, Any] = field(default_factory=dict)
    values: tuple[str, ...] = ()  # the only values there are, where they are few
    doubts: tuple[str, ...] = ()
    missing: float = 0.0  # share of the rows without a value


@dataclass(frozen=True)
class Draft:
    """A contract that was inferred, before it is a file. `cursor` and `keys` are bronze names."""

    source: str
    table: str
    file: Path
    sample: Sample
    guesses: tuple[Guess, ...]
    cursor: str | None = None
    doubts: tuple[str, ...] = ()
