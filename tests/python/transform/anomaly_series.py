"""Small watched series with known answers, and the verdicts of a detector on them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from benchmarks.detection_sql import render

FIRST = date(2025, 1, 6)  # a Monday
WEEK = (1.0, 0.9, 1.1, 1.0, 1.2, 0.8, 0.6)
Row = dict[str, Any]


def weekly(days: int, level: float = 1000.0) -> list[float | None]:
    """A series with a weekday pattern and a ripple of 2 % that repeats after 23 days."""
    return [round(level * WEEK[day % 7] * (1 + 0.02 * ((day * 7 % 23) / 11 - 1))) for day in range(days)]


def verdicts(
    detector: str,
    series: Mapping[str, Sequence[float | None]],
    holidays: Mapping[int, str] | None = None,
    **arguments: Any,
) -> dict[tuple[str, int], Row]:
    """The rows of a detector by series and day number."""
    rows = [
        (name, FIRST + timedelta(days=day), value, (holidays or {}).get(day))
        for name, values in series.items()
        for day, value in enumerate(values)
    ]
    with duckdb.connect() as connection:
        connection.execute("create table watched (series varchar, bucket_date date, value double, holiday varchar)")
        connection.executemany("insert into watched values (?, ?, ?, ?)", rows)
        given = {"series": ["series"], "measure": "any_value(value)", "holiday": "holiday"} | arguments
        found = connection.execute(render(f"{detector}_scores", relation="watched", **given))
        names = [column[0] for column in found.description]
        every = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["series"], (row["bucket_date"] - FIRST).days): row for row in every}


def flagged(rows: Mapping[tuple[str, int], Row]) -> dict[tuple[str, int], str]:
    """The reasons of what is flagged."""
    return {key: row["reason"] for key, row in sorted(rows.items()) if row["reason"] is not None}
