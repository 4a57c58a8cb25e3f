"""Which loads of bronze a version does not hold: what a rollback costs its readers for the moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from orchestration.ingest.manifest import LoadRecord, current


@dataclass(frozen=True)
class Lacking:
    """Loads of one source table that came after a version was built; `days` are their logical dates, in order.

    `again` counts those of a day which the version holds as it was delivered before.
    """

    table: str
    days: tuple[date, ...]
    loads: int
    rows: int
    again: int


def lacking(records: Iterable[LoadRecord], through: int) -> list[Lacking]:
    """What a version that was built when load `through` was the newest lacks of bronze as it is now, by table."""
    known = list(records)
    held = {record.partition for record in known if record.load_number <= through}
    missing: dict[str, list[LoadRecord]] = {}
    for record in current(known).values():
        if record.load_number > through:
            missing.setdefault(f"{record.source}.{record.table}", []).append(record)
    return [
        Lacking(
            table=table,
            days=tuple(sorted(record.logical_date for record in loads)),
            loads=len(loads),
            rows=sum(record.rows for record in loads),
            again=sum(1 for record in loads if record.partition in held),
        )
        for table, loads in sorted(missing.items())
    ]


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Consecutive days as (first, last)."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and (day - found[-1][1]).days == 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
