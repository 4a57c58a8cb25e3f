"""Partitions that a run could not get because their source was down or late: one line each, appended.

An outage is open until its partition is landed. A day that has landed before cannot have one: its data are in place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration.errors import UnavailableError
from orchestration.ingest import lines
from orchestration.ingest.model import Contract

NAME = "outages.jsonl"
Key = tuple[str, str, date]


@dataclass(frozen=True)
class Outage:
    """A partition that did not land after all attempts; `failed_at` is UTC in ISO format."""

    source: str
    table: str
    logical_date: str
    message: str
    owner: str
    run_id: str
    failed_at: str

    @property
    def partition(self) -> Key:
        return (self.source, self.table, date.fromisoformat(self.logical_date))


def file_of(home: Path) -> Path:
    """Where the outages are: beside the manifest, which only knows what landed."""
    return home / "bronze" / NAME


def note(home: Path, contract: Contract, day: date, run_id: str, error: UnavailableError) -> None:
    """Append an outage."""
    outage = Outage(
        source=contract.source,
        table=contract.table,
        logical_date=day.isoformat(),
        message=error.what,
        owner=contract.owner,
        run_id=run_id,
        failed_at=datetime.now(UTC).isoformat(timespec="microseconds"),
    )
    lines.append(file_of(home), asdict(outage))


def read(home: Path) -> list[Outage]:
    """All outages in the order in which they were noted; lines that are none are left out."""
    return [Outage(**line) for line in lines.read(file_of(home)) if _is_outage(line)]


def open_(outages: Iterable[Outage], landed: Iterable[Key]) -> list[Outage]:
    """The outages whose partitions are not landed."""
    there = set(landed)
    return [outage for outage in outages if outage.partition not in there]


def _is_outage(line: Mapping[str, Any]) -> bool:
    return line.keys() == Outage.__dataclass_fields__.keys()
