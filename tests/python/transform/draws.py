"""What all drawn rows share: a few days, products and warehouses, moments, and the columns of a version."""

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

DAYS = [date(2026, 1, d) for d in range(1, 5)]
SKUS = ["P1", "P2"]
WAREHOUSES = ["WH01", "WH02"]
Row = dict[str, Any]


def moment(draw: st.DrawFn) -> datetime:
    return datetime(2026, 1, 1) + timedelta(hours=draw(st.integers(0, 4 * 24 - 1)))


def perhaps_later(draw: st.DrawFn, since: datetime) -> datetime | None:
    """None, or a moment up to two days after (sometimes before: milestones can be out of order)."""
    hours = draw(st.sampled_from([None, -1, 0, 5, 20, 40]))
    return None if hours is None else since + timedelta(hours=hours)


def versioned(updated_at: datetime) -> Row:
    return {"is_deleted": False, "created_at": datetime(2026, 1, 1), "updated_at": updated_at}
