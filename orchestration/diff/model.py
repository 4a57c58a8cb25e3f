"""A comparison as plain data: for the terminal, for programs and for tests."""

from dataclasses import dataclass
from typing import Any

from orchestration.breaks import Break


@dataclass(frozen=True)
class Figures:
    """What one pass says of a column: `total` of numbers only, `low` and `high` of numbers, dates and times."""

    nulls: int
    null_share: float
    total: float | None
    low: str | None
    high: str | None


@dataclass(frozen=True)
class ColumnDiff:
    """A column whose values differ; `rows` of keys that both sides have, None where keys cannot be matched."""

    column: str
    rows: int | None
    before: Figures
    after: Figures


@dataclass(frozen=True)
class TableDiff:
    """A table that differs. Without a key that is unique on both sides, `added` and `removed` count whole rows.

    `retyped` maps a column to its type before and after; its values are not compared. `examples` are a few keys of
    each kind (added, removed, changed).
    """

    table: str
    rows_before: int
    rows_after: int
    key: tuple[str, ...]
    added: int
    removed: int
    changed: int | None
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    retyped: dict[str, tuple[str, str]]
    columns: tuple[ColumnDiff, ...]
    examples: dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Side:
    """One side: `name` is a version or `candidate`, `loads` the last load that it holds."""

    name: str
    loads: int
    project: str


@dataclass(frozen=True)
class Diff:
    """`before` against `after`. `breaks` is what readers of public marts lose without a version."""

    before: Side
    after: Side
    equal: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    tables: tuple[TableDiff, ...]
    breaks: tuple[Break, ...]

    @property
    def is_equal(self) -> bool:
        return not (self.added or self.removed or self.tables)
