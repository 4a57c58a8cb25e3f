"""What all pools of random rows share: a few days, members and moments, so that rows meet each other."""

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

DAYS = [date(2026, 1, d) for d in range(1, 5)]
SKUS = ["P1", "P2"]
WAREHOUSES = ["WH01", "WH02"]
CUSTOMERS = ["C1", "C2", None]
Row = dict[str, Any]


def moment(draw: st.DrawFn) -> datetime:
    """Some full hour of the days."""
    return datetime(2026, 1, 1) + timedelta(hours=draw(st.integers(0, 4 * 24 - 1)))


def perhaps(draw: st.DrawFn, value: Any) -> Any:
    """The value, or nothing."""
    return value if draw(st.booleans()) else None


def perhaps_later(draw: st.DrawFn, since: datetime) -> datetime | None:
    """None, or a moment up to two days after (sometimes before: milestones can be out of order)."""
    hours = draw(st.sampled_from([None, -1, 0, 5, 20, 40]))
    return None if hours is None else since + timedelta(hours=hours)


def versioned(updated_at: datetime) -> Row:
    """The columns that say which version of a record it is."""
    return {"is_deleted": False, "created_at": datetime(2026, 1, 1), "updated_at": updated_at}
