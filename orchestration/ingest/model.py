"""What a contract says, as plain data."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class NumberForm:
    """How numbers are written as text; `thousands` is empty where they are not grouped."""

    thousands: str = ""
    decimal: str = "."
    currency: tuple[str, ...] = ()  # marks before or after the number: $, KES
    parentheses: bool = False  # (12.50) is -12.50


@dataclass(frozen=True)
class Column:
    """One column of a bronze table. `name` is its name in bronze, `source_name` its name in the source."""

    name: str
    source_name: str
    type: str  # VARCHAR, INTEGER, BIGINT, DECIMAL(p,s), DOUBLE, BOOLEAN, DATE or TIMESTAMP
    description: str
    required: bool = False
    key_position: int | None = None
    pattern: str | None = None
    bounds: tuple[tuple[str, str], ...] = ()  # (minimum | maximum | exclusiveMinimum | exclusiveMaximum, value)
    min_length: int | None = None
    max_length: int | None = None
    format: str | None = None
    secret: bool = False  # stored as a keyed hash only
    normalise: str | None = None
    pad_to: str | None = None  # the form of a code of which a file may hold only the last digits: 0000, GH000000
    number: NumberForm | None = None
    null_values: tuple[str, ...] = ()  # texts that mean nothing was known: n/a
    trim: bool = False  # blanks around a text are no part of it
    classification: str | None = None
    critical: bool = False
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str | None = None  # the kind of person whom a value names: customer


@dataclass(frozen=True)
class Quality:
    """A quality rule that is checked row by row at landing; `column` is None for a rule over several columns."""

    id: str
    column: str | None
    description: str
    severity: str  # error: a breach blocks the partition; warn: the row goes to quarantine
    row_filter: str | None = None
    valid_values: tuple[str, ...] | None = None
    pattern: str | None = None
    not_null: bool = False
    allowed: float = 0.0  # breaching rows that an error rule tolerates …
    percent: bool = False  # … as a number of rows, or in percent of the extracted rows


@dataclass(frozen=True)
class KeyCompare:
    """Where the keys that exist now are found; with `days`, only keys that changed in so many days are compared."""

    relation: str
    days: int | None = None


@dataclass(frozen=True)
class Extraction:
    """How the rows are fetched. Fields that a type of source does not use are None."""

    type: str  # postgres, sqlite, rest or files
    connection: str
    cursor: str | None = None
    relation: str | None = None
    query: str | None = None
    path: str | None = None
    nested: str | None = None
    parents: tuple[str, ...] = ()
    page_size: int | None = None
    format: str | None = None
    sheet: str | None = None
    delimiter: tuple[str, ...] = (",",)  # several: the one that is right is found for each file
    encoding: tuple[str, ...] = ("utf-8",)
    timezone: str | None = None
    on_missing: str = "block"
    on_bad_file: str = "block"
    final_newline: bool = False
    skip_rows: tuple[str, ...] = ()
    lookback_days: int = 35
    key_compare: KeyCompare | None = None


@dataclass(frozen=True)
class Contract:
    """A checked contract. `freshness_*` are hours, None where the source promises none."""

    source: str
    table: str
    version: str
    file: Path
    domain: str
    description: str
    grain: str
    owner: str
    team: str
    channel: str
    columns: tuple[Column, ...]
    quality: tuple[Quality, ...]
    extraction: Extraction
    drop_columns: tuple[str, ...]
    block_percent: float
    min_rows: int
    tags: tuple[str, ...]
    freshness_warn_hours: int | None
    freshness_error_hours: int | None
    retry_waits: tuple[float, ...] = (60.0, 300.0, 900.0)  # seconds between the attempts of a daily job

    @property
    def key(self) -> str:
        return f"{self.source}.{self.table}"

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Bronze names of the key columns, in their order; empty where the source has no key."""
        keyed = [column for column in self.columns if column.key_position is not None]
        return tuple(column.name for column in sorted(keyed, key=lambda column: column.key_position or 0))

    @property
    def cursor_column(self) -> Column | None:
        return next((c for c in self.columns if self.extraction.cursor in (c.name, c.source_name)), None)
