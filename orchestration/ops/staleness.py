"""What is stale, defined here and nowhere else.

A source table is **stale** while a day of it that a run tried to land is not landed because its source was down or the
delivery late (an open outage). Its data are complete **as of** its newest landed day, but not beyond the day before
its first open outage. A mart is stale while any source table that it is made of is, and as old as the oldest of them.
A table that nobody tried to land is not stale here: how old it may be is its contract's promise (freshness).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from orchestration.ingest import manifest as loads
from orchestration.ingest import outages
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.outages import Outage

ANCESTORS_LEFT_OUT = ("ghala", "ops")  # Ghala's own files: no source system delivers them
MART_SCHEMA = "marts"


@dataclass(frozen=True)
class Stale:
    """A stale source table: `since` is its first missing day, `days` how many there are, `message` the last fault."""

    table: str
    since: date
    days: int
    as_of: date | None
    message: str
    owner: str
    failed_at: str

    @property
    def source(self) -> str:
        return self.table.split(".")[0]


@dataclass(frozen=True)
class MartAge:
    """How far the data of a mart are complete; `as_of` is None where a source table has never landed."""

    mart: str
    as_of: date | None
    stale_sources: tuple[str, ...]


def stale_tables(known: Iterable[Outage], records: Iterable[LoadRecord]) -> list[Stale]:
    """The stale source tables by name."""
    landed = {record.partition for record in records}
    newest = newest_days(landed)
    of_table: dict[str, list[Outage]] = {}
    for outage in outages.open_(known, landed):
        of_table.setdefault(f"{outage.source}.{outage.table}", []).append(outage)
    return [_stale(table, of_table[table], newest.get(table)) for table in sorted(of_table)]


def now(home: Path) -> list[Stale]:
    """The stale source tables of a home as it is."""
    known = outages.read(home)
    return stale_tables(known, loads.read(home)) if known else []


def newest_days(landed: Iterable[outages.Key]) -> dict[str, date]:
    """The newest landed day of each source table, by `source.table`."""
    newest: dict[str, date] = {}
    for source, table, day in landed:
        key = f"{source}.{table}"
        newest[key] = max(day, newest.get(key, day))
    return newest


def mart_ages(
    lineage: Mapping[str, Iterable[str]], newest: Mapping[str, date], stale: Iterable[Stale]
) -> list[MartAge]:
    """The age of each mart by its source tables; a mart of none (a calendar) is left out."""
    behind = {one.table: one for one in stale}
    return [_age(mart, sorted(tables), newest, behind) for mart, tables in sorted(lineage.items()) if tables]


def lineage(manifest: Mapping[str, Any]) -> dict[str, set[str]]:
    """The source tables behind each table of the schema marts, from dbt's manifest."""
    parents: Mapping[str, list[str]] = manifest["parent_map"]
    sources = manifest["sources"]
    known: dict[str, set[str]] = {}

    def behind(node: str) -> set[str]:
        if node not in known:
            known[node] = set()  # dbt has no cycles; seen before its parents, it costs no second walk
            if node in sources:
                name = sources[node]["source_name"]
                known[node] = set() if name in ANCESTORS_LEFT_OUT else {f"{name}.{sources[node]['name']}"}
            else:
                known[node] = set().union(*(behind(parent) for parent in parents.get(node, ())))
        return known[node]

    return {
        str(node["alias"]): behind(unique_id)
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["schema"] == MART_SCHEMA
    }


def mark(stale: Iterable[Stale]) -> str:
    """Names a state of staleness, empty where nothing is stale: readers of another one need another version."""
    text = ";".join(f"{one.table} {one.since} {one.as_of}" for one in stale)
    return sha256(text.encode()).hexdigest()[:16] if text else ""


def in_words(stale: Iterable[Stale]) -> list[str]:
    """One sentence per source: since when it is down, how many tables are stale, and how far their data go."""
    of_source: dict[str, list[Stale]] = {}
    for one in stale:
        of_source.setdefault(one.source, []).append(one)
    return [_sentence(source, tables) for source, tables in of_source.items()]


def _sentence(source: str, tables: list[Stale]) -> str:
    since, as_of = min(one.since for one in tables), min((one.as_of for one in tables if one.as_of), default=None)
    what = f"{len(tables)} tables stale" if len(tables) > 1 else f"{tables[0].table} is stale"
    return f"{source} is missing since {since}: {what}, complete through {as_of or 'no day'}; {tables[-1].message}"


def _stale(table: str, missing: list[Outage], newest: date | None) -> Stale:
    since = min(outage.partition[2] for outage in missing)
    last = max(missing, key=lambda outage: outage.failed_at)
    return Stale(
        table=table,
        since=since,
        days=len({outage.logical_date for outage in missing}),
        as_of=None if newest is None else min(newest, since - timedelta(days=1)),
        message=last.message,
        owner=last.owner,
        failed_at=min(outage.failed_at for outage in missing),
    )


def _age(mart: str, tables: list[str], newest: Mapping[str, date], behind: Mapping[str, Stale]) -> MartAge:
    days = [behind[table].as_of if table in behind else newest.get(table) for table in tables]
    known = [day for day in days if day is not None]
    as_of = min(known) if len(known) == len(days) else None
    return MartAge(mart, as_of, tuple(table for table in tables if table in behind))
