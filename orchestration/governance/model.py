"""What the pages say, as plain data."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Table:
    """A source table: who answers, what is promised, how it stands. `state`: fresh, late, stale, never or empty."""

    key: str
    version: str
    owner: str
    channel: str
    promise: str
    newest_day: date | None
    age_hours: float | None
    state: str
    row_count: int


@dataclass(frozen=True)
class Mart:
    """A published table with the group that answers for it; `row_count` is None before its first build."""

    name: str
    about: str
    owner: str
    channel: str
    row_count: int | None
    as_of: date | None = None  # the day through which all that it is made of has landed
    stale_sources: str = ""


@dataclass(frozen=True)
class Gate:
    """Tests of a tier: how they ended in the last complete run, and the share that passed in the last 30."""

    tier: int
    passed: int
    warned: int
    failed: int
    passing_share: float


@dataclass(frozen=True)
class Incident:
    """Something that is wrong now. `since` is the first run or day that saw it."""

    kind: str
    name: str
    since: str
    owner: str
    what: str


@dataclass(frozen=True)
class Held:
    """Rows in quarantine for one reason; a row that broke several rules counts for each."""

    table: str
    reason: str
    rows: int
    days: int
    age_days: int


@dataclass(frozen=True)
class Domain:
    """One business area."""

    name: str
    tables: tuple[Table, ...]
    marts: tuple[Mart, ...]
    gates: tuple[Gate, ...]
    incidents: tuple[Incident, ...]
    held: tuple[Held, ...]


@dataclass(frozen=True)
class Overview:
    """All domains, and the last runs (newest first) with their figures."""

    made_at: str
    domains: tuple[Domain, ...]
    runs: tuple[dict[str, Any], ...]
