"""Which partitions to load, and which window of a source belongs to a date: pure functions."""

from collections.abc import Iterable, Mapping, Sequence
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


def first_dates(records: Iterable[LoadRecord], partitions: Iterable[Partition]) -> dict[str, dict[date, date | None]]:
    """For each contract the dates that are landed or asked for, each with the first date of its window.

    That is the day after the newest such date before it: a window takes the days before it that nobody has or asks
    for, so that no row falls between two of them. The oldest date has none (None): it takes all that is older.
    """
    days: dict[str, set[date]] = {}
    for key, day in _dates(records, partitions):
        days.setdefault(key, set()).add(day)
    return {key: _first_dates(sorted(of)) for key, of in days.items()}


def _first_dates(days: Sequence[date]) -> dict[date, date | None]:
    return dict(zip(days, [None, *(before + timedelta(days=1) for before in days)], strict=False))


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


def window(day: date, firsts: Mapping[date, date | None]) -> Window:
    """The window of a date, whole UTC days: from its first date (None: from the beginning) through the date itself."""
    first = firsts[day]
    return Window(None if first is None else _midnight(first), _midnight(day) + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
