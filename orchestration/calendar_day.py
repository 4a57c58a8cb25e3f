"""Which day is over, and whether this machine's clock can be believed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from orchestration.errors import ConfigError
from orchestration.ingest.manifest import LoadRecord

BY_THE_CALENDAR = timedelta(days=60)  # a house whose newest day is further away is simulated, or asleep


def yesterday() -> date:
    """The last UTC day that is over."""
    return datetime.now(UTC).date() - timedelta(days=1)


def newest_day(records: Iterable[LoadRecord], through: date | None = None) -> date | None:
    """The last day that is landed or about to be, None when there is neither."""
    return max((*(record.logical_date for record in records), *([through] if through else [])), default=None)


def horizon(newest: date | None, over: date) -> date:
    """The last day to look for: `over`, the one that is over, or the day after the newest of a simulated house."""
    if newest is None or abs(over - newest) <= BY_THE_CALENDAR:
        return max(over, newest or over)
    return newest + timedelta(days=1)


def believed(day: date, records: Iterable[LoadRecord]) -> date:
    """The day that the clock says is over.

    Raises ConfigError when it is far beyond what has landed: days that a wrong clock lands as empty would count as
    landed when they come.
    """
    newest = newest_day(records)
    if newest is None or day - newest <= BY_THE_CALENDAR:
        return day
    raise ConfigError(
        f"by the clock {day} is over, and the newest day that has landed is {newest}, {(day - newest).days} days ago",
        "the clock of this machine",
        f"set it right; if it is, because the house slept or is simulated, say it: ghala run --to {day}",
    )
