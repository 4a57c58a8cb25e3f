"""Which partitions to load, and which window of a source belongs to a date: pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract

Partition = tuple[Contract, date]


@dataclass(frozen=True)
class Window:
    """Changes from `lower` (None: from the beginning) up to, but without, `upper`; both UTC."""

    lower: datetime | None
    upper: datetime


def partitions_to_load(
    records: Iterable[LoadRecord], contracts: Sequence[Contract], start: date, through: date
) -> list[Partition]:
    """The partitions from start to through that were never landed: day by day, contracts in their order."""
    landed = {record.partition for record in records}
    days = [start + timedelta(days=n) for n in range((through - start).days + 1)]
    return [(c, day) for day in days for c in contracts if (c.source, c.table, day) not in landed]


def first_dates(records: Iterable[LoadRecord], partitions: Iterable[Partition]) -> dict[str, date]:
    """For each contract the date whose partition also takes all that is older: the first one landed or asked for.

    Once something has landed, a later request for an older date does not move that date forward, only back.
    """
    firsts: dict[str, date] = {}
    for key, day in _dates(records, partitions):
        firsts[key] = min(day, firsts.get(key, day))
    return firsts


def last_dates(records: Iterable[LoadRecord], partitions: Iterable[Partition]) -> dict[str, date]:
    """For each contract the newest date that is landed or asked for."""
    lasts: dict[str, date] = {}
    for key, day in _dates(records, partitions):
        lasts[key] = max(day, lasts.get(key, day))
    return lasts


def compares_keys(contract: Contract, day: date, last: date, previous: LoadRecord | None) -> bool:
    """Whether a partition looks for vanished keys: the newest one, and one that has found some before.

    The source only says which keys exist now, so that an older day has nothing of its own to compare.
    """
    found_some = previous is not None and previous.tombstones > 0
    return contract.extraction.key_compare is not None and (day == last or found_some)


def _dates(records: Iterable[LoadRecord], partitions: Iterable[Partition]) -> list[tuple[str, date]]:
    return [(f"{r.source}.{r.table}", r.logical_date) for r in records] + [(c.key, day) for c, day in partitions]


def window(day: date, first: date) -> Window:
    """The window of a date: the UTC day, and for the first date everything before it as well."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Window(None if day <= first else midnight, midnight + timedelta(days=1))
