"""A labelled world of daily series: what a warehouse watches on ordinary days, before anything breaks.

Counts, null rates and averages in groups of peers; weekdays, seasons, trends, holidays, month-ends, weather that hits
a whole group, wobbles and small lasting changes that nobody calls an incident. Nothing in here knows a detector.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
FIRST = date(2024, 1, 1)
DAYS = 731
ROW_COUNT, NULL_RATE, AVG_VALUE = "row_count", "null_rate", "avg_value"
FIXED = {(1, 1): "New Year", (5, 1): "Labour Day", (6, 1): "Madaraka", (10, 10): "Mazingira", (10, 20): "Mashujaa",
         (12, 12): "Jamhuri", (12, 25): "Christmas", (12, 26): "Boxing Day"}  # fmt: skip
MOVING = {date(2024, 3, 29): "Good Friday", date(2025, 4, 18): "Good Friday", date(2024, 4, 1): "Easter Monday",
          date(2025, 4, 21): "Easter Monday", date(2024, 4, 10): "Idd-ul-Fitr", date(2025, 3, 31): "Idd-ul-Fitr",
          date(2024, 6, 17): "Idd-ul-Azha", date(2025, 6, 6): "Idd-ul-Azha", date(2024, 11, 29): "Black Friday",
          date(2025, 11, 28): "Black Friday"}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Series of one table and measure: they share weekdays, weather and calendar, each in its own way."""

    name: str
    metric: str
    members: int
    levels: tuple[float, float]  # lowest and highest usual value, spread evenly on a log scale
    weekdays: Sequence[float]  # factor by weekday, Monday first
    month_end: float = 0.0  # effect of the last day of a month, on the log scale
    holidays: float = 0.0  # typical size of the effect of a holiday, on the log scale
    has_total: bool = False


GROUPS = (
    Group("order_lines", ROW_COUNT, 12, (60, 9000), (1, 0.95, 0.98, 1.02, 1.2, 1.35, 0.75), 0.25, 0.5, has_total=True),
    Group("receipts", ROW_COUNT, 7, (15, 300), (1.2, 1.1, 1.05, 1, 0.9, 0.45, 0), 0.45, 0.6),
    Group("movements", ROW_COUNT, 7, (80, 20000), (1.1, 1, 1, 1, 1.1, 0.9, 0.5), 0, 0.5, has_total=True),
    Group("payments", NULL_RATE, 9, (0.001, 0.08), (1, 1, 1, 1, 1, 1.1, 1.1)),
    Group("basket", AVG_VALUE, 7, (400, 4000), (1, 0.99, 0.99, 1, 1.03, 1.06, 1.02), 0.06, 0.06),
    Group("unit_cost", AVG_VALUE, 6, (50, 900), (1, 1, 1, 1, 1, 1, 1)),
)


@dataclass
class Series:
    """Two years of one watched series. `labels` are empty where nothing is wrong; `noise` is its usual deviation."""

    group: str
    name: str
    metric: str
    values: Floats
    noise: float
    rows: float = 1000.0
    labels: Texts = field(default_factory=lambda: np.full(DAYS, "", dtype=object))


def calendar() -> tuple[list[date], list[str], list[int]]:
    """Days, the name of the holiday or nothing, 1 on the last day of a month."""
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    names = [MOVING.get(day) or FIXED.get((day.month, day.day)) or "" for day in days]
    return days, names, [int((day + timedelta(days=1)).day == 1) for day in days]


def world(seed: int) -> list[Series]:
    """Fifty series without faults."""
    rng = np.random.default_rng([seed, 1])
    return [series for group in GROUPS for series in _members(group, rng)]


def _members(group: Group, rng: np.random.Generator) -> list[Series]:
    days, names, ends = calendar()
    weekday = np.array([day.weekday() for day in days])
    effects = {name: _holiday_effect(name, group, rng) for name in sorted(set(names) - {""})}
    weather = _autoregressive(rng, 0.5, 0.05 if group.metric == ROW_COUNT else 0.01)
    season = rng.uniform(0.05, 0.2) * np.sin(2 * np.pi * (np.arange(DAYS) / 365.25 + rng.uniform()))
    made = []
    for number in range(group.members):
        level = np.exp(np.interp(number / max(group.members - 1, 1), (0, 1), np.log(group.levels)))
        factors = np.array(group.weekdays) * np.exp(rng.normal(0, 0.04, 7))
        own = {name: effect + rng.normal(0, 0.1) * (effect != 0) for name, effect in effects.items()}
        ordinary = np.log(level) + np.arange(DAYS) / 365 * rng.normal(0.03, 0.12) + _steps(rng)
        ordinary += season * rng.uniform(0.6, 1.4) + weather * rng.uniform(0.6, 1.4) + _wobbles(rng)
        ordinary += np.array([own.get(name, 0.0) for name in names])
        ordinary += np.array(ends) * (group.month_end * rng.uniform(0.7, 1.3))
        name = f"{group.name}_{number + 1:02d}"
        made.append(_observed(group, name, np.exp(ordinary) * factors[weekday], rng))
    if group.has_total:
        total = np.sum([series.values for series in made], axis=0)
        made.append(Series(group.name, f"{group.name}_total", group.metric, total, noise=0.06))
    return made


def _holiday_effect(name: str, group: Group, rng: np.random.Generator) -> float:
    sign = 1.0 if name == "Black Friday" else -1.0
    return sign * group.holidays * float(rng.uniform(0.3, 1.8))


def _observed(group: Group, name: str, mean: Floats, rng: np.random.Generator) -> Series:
    """The usual values with noise of their kind."""
    if group.metric == ROW_COUNT:
        shape = 1 / rng.uniform(0.001, 0.012)
        mean = mean * np.exp(_autoregressive(rng, 0.3, 0.03))
        values = rng.poisson(rng.gamma(shape, mean / shape)).astype(float)
        return Series(group.name, name, group.metric, values, float(np.sqrt(1 / mean.mean() + 1 / shape + 0.06**2)))
    if group.metric == NULL_RATE:
        rows = int(np.exp(rng.uniform(np.log(300), np.log(6000))))
        rate = np.clip(mean * np.exp(_autoregressive(rng, 0.4, 0.12)), 0, 0.5)
        values = rng.binomial(rows, rate) / rows
        return Series(group.name, name, group.metric, values, 0.1, rows=rows)
    noise = float(rng.uniform(0.015, 0.05))
    values = np.round(mean * np.exp(noise * rng.standard_t(6, DAYS)), 2)
    return Series(group.name, name, group.metric, values, noise)


def _autoregressive(rng: np.random.Generator, memory: float, deviation: float) -> Floats:
    shocks = rng.normal(0, deviation * np.sqrt(1 - memory**2), DAYS)
    for day in range(1, DAYS):
        shocks[day] += memory * shocks[day - 1]
    return shocks


def _wobbles(rng: np.random.Generator) -> Floats:
    """Single days a bit off that nobody would call an incident: a strike nearby, a road closed."""
    return (rng.random(DAYS) < 0.003) * rng.uniform(-0.2, 0.2, DAYS)


def _steps(rng: np.random.Generator) -> Floats:
    """About one small lasting change a year: a shop opens, a price list."""
    return np.cumsum((rng.random(DAYS) < 1 / 365) * rng.uniform(-0.08, 0.08, DAYS))
