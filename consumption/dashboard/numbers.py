"""Numbers as people read them: 1.2 M, 93.4 %, KES; and how a value stands against the one before."""

import math
from typing import Literal

Unit = Literal["kes", "count", "percent", "days", "hours", "units", "seconds", "bytes", "points", "ratio"]
SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
SUFFIX: dict[str, str] = {"kes": "KES", "bytes": "B", "days": "days", "hours": "h", "units": "units", "seconds": "s"}
FORMATS: dict[str, str] = {"ratio": ".2f", "days": ",.1f", "seconds": ",.1f"}  # the others: `compact`
NONE = "\N{EN DASH}"  # what is shown where there is no value
LONG = 120  # seconds, from which minutes read better; and minutes, from which hours do
EXACT = 1e4  # below, a number is short enough to be written out


def is_number(value: object) -> bool:
    """Whether there is a finite number to show (SQL's null comes as None, NaN or NA)."""
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def compact(value: float) -> str:
    """Three significant digits with k, M, B or T; below 10,000 in full."""
    if abs(value) < EXACT:
        return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"  # noqa: PLR2004
    # 999,950 is 1.00 M, not 1000 k
    scale, letter = next((one for one in SCALES if abs(value) >= one[0] * 0.9995), SCALES[-1])
    short = value / scale
    digits = 2 if abs(short) < 9.995 else 1 if abs(short) < 99.95 else 0  # noqa: PLR2004
    return f"{short:,.{digits}f} {letter}"


def written(value: object, unit: Unit) -> tuple[str, str]:
    """A value and its unit as text; an absent value is an em dash. `percent` and `ratio` are given as fractions."""
    if not is_number(value):
        return NONE, ""
    number = float(value)  # type: ignore[arg-type]
    if unit == "percent":
        return f"{100 * number:.1f}", "%"
    if unit == "seconds" and number >= LONG:
        return (f"{number / 3600:,.1f}", "h") if number >= 60 * LONG else (f"{number / 60:,.1f}", "min")
    text = f"{number:{FORMATS[unit]}}" if unit in FORMATS else compact(number)
    return text, SUFFIX.get(unit, "")


def change(now: object, before: object, unit: Unit) -> tuple[str, float] | None:
    """The change against the period before as text and number: points for shares, per cent for all else."""
    if not is_number(now) or not is_number(before):
        return None
    value, old = float(now), float(before)  # type: ignore[arg-type]
    if unit == "percent":
        points = round(100 * (value - old), 1)
        return (f"{points:+.1f} pt" if points else "± 0"), points
    if old == 0:
        return ("± 0", 0.0) if value == 0 else ("from 0", value)
    relative = round(100 * (value - old) / abs(old), 1)
    return (f"{relative:+.1f} %" if relative else "± 0"), relative
