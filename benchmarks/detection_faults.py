"""What breaks: labelled faults put into a world of ordinary series."""

from collections.abc import Sequence

import numpy as np

from benchmarks.detection_world import AVG_VALUE, DAYS, NULL_RATE, ROW_COUNT, Floats, Series

APART = 35  # days between two faults of a series
FIRST_FAULT, COLD_START, LAST_FAULT = 75, 28, DAYS - 50
CLASSES = {
    ROW_COUNT: (
        "missing_day",
        "stuck_value",
        "level_shift",
        "variance_shift",
        "drift",
        "promotion_spike",
        "partial_day",
    ),
    NULL_RATE: ("null_spike", "null_spike", "level_shift"),
    AVG_VALUE: ("unit_x100", "stuck_value", "level_shift", "variance_shift", "drift"),
}
REPEATED = {
    ROW_COUNT: ("missing_day",),
    NULL_RATE: ("null_spike",),
    AVG_VALUE: ("unit_x100",),
}  # what must always be found
LENGTHS = {"null_spike": (1, 4), "unit_x100": (1, 5), "stuck_value": (6, 14), "level_shift": (14, 40),
           "drift": (30, 45), "variance_shift": (14, 28), "promotion_spike": (1, 4)}  # fmt: skip


def with_faults(
    world: Sequence[Series], seed: int, from_day: int = FIRST_FAULT, to_day: int = LAST_FAULT
) -> list[Series]:
    """About three faults per series in two years, and two outages that hit several series of a group."""
    rng = np.random.default_rng([seed, 2])
    for series in world:
        day = from_day + int(rng.integers(0, 2 * APART))
        while day < to_day:
            kind = str(rng.choice(CLASSES[series.metric]))
            day = put(series, kind, day, rng) + APART + int(rng.exponential(150))
    for group in ("order_lines", "receipts", "movements"):
        _outage([series for series in world if series.group == group], rng, from_day, to_day)
    return list(world)


def with_repeats(world: Sequence[Series], seed: int) -> list[Series]:
    """The same one-day fault three times, on the same weekday of three weeks: `first-`, `second-`, `third-`."""
    rng = np.random.default_rng([seed, 3])
    for series in world:
        for start in range(FIRST_FAULT, LAST_FAULT, 90):
            kind = str(rng.choice(REPEATED[series.metric]))
            day = start + int(rng.integers(0, 40))
            while series.values[day] == 0 and kind != "null_spike":
                day += 1  # closed on that weekday: nothing can go missing
            size = rng.uniform()
            for number, name in enumerate(("first", "second", "third")):
                at = slice(day + 7 * number, day + 7 * number + 1)
                _change(series, kind, at, rng, size)
                series.labels[at] = f"{name}-{day}"
    return list(world)


def put(series: Series, kind: str, day: int, rng: np.random.Generator) -> int:
    """Put a fault into a series; returns its last day."""
    low, high = LENGTHS.get(kind, (1, 1))
    while series.values[day] == 0 and low == 1 and kind != "null_spike":
        day += 1
    last = min(day + int(rng.integers(low, high + 1)) - 1, DAYS - 1)
    at = slice(day, last + 1)
    stays = kind == "level_shift" and series.metric != NULL_RATE and rng.uniform() < 0.5
    _change(series, kind, slice(day, DAYS) if stays else at, rng, rng.uniform())
    if stays:  # what stays is news for two weeks, then the new normal
        last = min(day + 13, DAYS - 1)
    series.labels[day : last + 1] = f"{kind}-{day}"
    return last


def _change(series: Series, kind: str, at: slice, rng: np.random.Generator, size: float) -> None:
    """The values during a fault. `size` from 0 to 1: how large it is within what its class knows."""
    values, count = series.values, at.stop - at.start
    rises = rng.uniform() < 0.5
    if kind == "missing_day":
        values[at] = 0 if rng.uniform() < 0.5 else np.nan  # a row of zero, or no row
    elif kind == "partial_day":
        values[at] = _whole(values[at] * (0.2 + 0.45 * size))
    elif kind == "promotion_spike":
        values[at] = _whole(values[at] * (1.7 + 1.8 * size))
    elif kind == "null_spike":
        rate = 0.08 + 0.5 * size
        values[at] = np.clip(values[at] + rng.binomial(int(series.rows), rate, count) / int(series.rows), 0, 1)
    elif kind == "unit_x100":
        values[at] = values[at] * (100.0 if rises else 0.01)
    elif kind == "stuck_value":
        values[at] = values[max(at.start - 1, 0)] or values[at.start]
    elif kind == "variance_shift":
        changed = values[at] * np.exp(rng.normal(0, (2.5 + 1.5 * size) * series.noise, count))
        values[at] = _whole(changed) if series.metric == ROW_COUNT else changed
    elif kind == "drift":
        path = np.linspace(0, 1, count) * (np.log(1.5 + 0.7 * size) * (1 if rises else -1))
        values[at] = _scaled(series, at, np.exp(path))
    elif kind == "level_shift":
        _shift(series, at, rng, size, rises)


def _shift(series: Series, at: slice, rng: np.random.Generator, size: float, rises: bool) -> None:
    if series.metric == NULL_RATE:
        more = rng.binomial(int(series.rows), 0.05 + 0.1 * size, at.stop - at.start) / int(series.rows)
        series.values[at] = np.clip(series.values[at] + more, 0, 1)
        return
    factor = 1.35 + 0.9 * size if series.metric == ROW_COUNT else 1.2 + 0.4 * size
    series.values[at] = _scaled(series, at, np.full(at.stop - at.start, factor if rises else 1 / factor))


def _scaled(series: Series, at: slice, factors: Floats) -> Floats:
    scaled = series.values[at] * factors
    return _whole(scaled) if series.metric == ROW_COUNT else np.round(scaled, 2)


def _whole(values: Floats) -> Floats:
    return np.round(values)


def _outage(group: Sequence[Series], rng: np.random.Generator, from_day: int, to_day: int) -> None:
    """Two to four days without rows, in half of the group or in all of it."""
    for _ in range(2 if to_day > 365 else 1):
        day, count = int(rng.integers(from_day, to_day)), int(rng.integers(2, 5))
        at = slice(day, day + count)
        hit = (
            group if rng.uniform() < 0.5 else [s for s in group if rng.uniform() < 0.5 and not s.name.endswith("total")]
        )
        for series in hit:
            busy = any(series.labels[max(day - APART, 0) : day + count + APART]) or not series.values[at].any()
            if not busy:
                series.values[at] = 0
                series.labels[at] = f"outage-{day}"
