"""What a period means: the last so many closed days, or the closed days of a calendar month."""

import re
from calendar import monthrange
from datetime import date, timedelta

RELATIVE = {"7": "Last 7 days", "28": "Last 28 days", "90": "Last 90 days", "365": "Last 365 days"}
USUAL = "28"  # four whole weeks: each weekday weighs the same
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def days_of(period: str, last_day: date) -> tuple[date, date] | None:
    """First and last day, both included; None for a text that is no period.

    The running month ends with the last closed day: whole, it would be held against a whole month before.
    """
    if period in RELATIVE:
        return last_day - timedelta(days=int(period) - 1), last_day
    if found := MONTH.fullmatch(period):
        year, month = int(found[1]), int(found[2])
        return date(year, month, 1), min(date(year, month, monthrange(year, month)[1]), last_day)
    return None


def is_period(period: object) -> bool:
    """Whether a text, of a link perhaps, is a period."""
    return (isinstance(period, str) and period in RELATIVE) or (
        isinstance(period, str) and MONTH.fullmatch(period) is not None
    )


def months(first_day: date, last_day: date) -> list[str]:
    """The months of the data as `2026-03`, newest first."""
    count = (last_day.year - first_day.year) * 12 + last_day.month - first_day.month + 1
    start = first_day.year * 12 + first_day.month - 1
    return [f"{(start + step) // 12}-{(start + step) % 12 + 1:02d}" for step in range(count)][::-1]


def label(period: str) -> str:
    """`2026-03` as March 2026."""
    return date(int(period[:4]), int(period[5:]), 1).strftime("%B %Y")
