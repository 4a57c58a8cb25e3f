"""Days: which partitions a source table has."""

from datetime import UTC, date, datetime, timedelta

from dagster import DailyPartitionsDefinition

from orchestration.defaults import DEFAULT_START


def end_offset(today: date, newest: date | None) -> int:
    """How many partitions there are beyond yesterday.

    None in a real house: today is not over. A simulated house may live ahead of the calendar; then its days
    are partitions up to the one after the newest, so that the next day can be started from the browser.
    """
    if newest is None or newest < today:
        return 0
    return (newest - today).days + 2


def daily(start: date | None, newest: date | None, today: date | None = None) -> DailyPartitionsDefinition:
    """One partition per UTC day from `start`; `today` is the UTC date unless given."""
    today = today or datetime.now(UTC).date()
    first = start or DEFAULT_START
    ahead = (first - today + timedelta(days=1)).days  # a house that starts in the future still has its first day
    return DailyPartitionsDefinition(
        start_date=first.isoformat(), timezone="UTC", end_offset=max(end_offset(today, newest), ahead, 0)
    )
