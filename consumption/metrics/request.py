"""A question of a person as the arguments of MetricFlow's request; pure, and the place where names are resolved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from consumption.metrics import names
from consumption.metrics.catalogue import GRAINS, MetricInfo
from consumption.metrics.where import WHERE, render
from orchestration.errors import ConfigError

FIRST_DAY = date(2015, 1, 1)  # of the calendar
TIME = "metric_time"


@dataclass(frozen=True)
class Question:
    """Metrics, cut by dimensions and a period, of the days from `start` to `end` for which `where` holds."""

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str | None = None
    where: str | None = None
    start: date | None = None
    end: date | None = None
    limit: int | None = None


def arguments(question: Question, known: Sequence[MetricInfo], end: date) -> dict[str, Any]:
    """The arguments of MetricFlow's request. Raises ConfigError for what is not known or not allowed.

    Days are cut by a filter: MetricFlow's own range is widened to whole periods, so that the running week would hold
    the first hours of a day that is not closed. A running total needs the range, since a filter would cut its past;
    the filter then cuts the days after the end.
    """
    asked = names.metrics(question.metrics, known)
    cut = names.dimensions(question.by, asked)
    period = names.grain(question.grain, asked)
    start = question.start or FIRST_DAY
    if start > end:
        raise ConfigError(f"the first day {start} is after the last {end}", "--from, --to", "give them in order")
    if question.limit is not None and question.limit < 1:
        raise ConfigError(f"a limit of {question.limit} gives nothing", "--limit", "write a whole number above zero")
    time_dimension = _time(asked)
    groups = [f"{TIME}__{period}"] if period else []
    groups += [one.qualified for one in cut]
    filters = [render(question.where, lambda name: _reference(name, asked))] if question.where else []
    range_: dict[str, Any] = {}
    if any(one.is_cumulative for one in asked):
        if len(asked) > 1:
            raise ConfigError("a running total is asked alone", "the metrics", "ask for each by itself")
        shown_from = start if period else FIRST_DAY
        if period:
            filters.append(f"{time_dimension} <= date '{end}'")
        range_ = {"time_constraint_start": _midnight(shown_from), "time_constraint_end": _midnight(end)}
    else:
        _check_whole(asked, question.start, end)
        filters.append(f"{time_dimension} between date_trunc('{_finest(asked)}', date '{start}') and date '{end}'")
    return {
        "metric_names": [one.name for one in asked],
        "group_by_names": groups,
        "order_by_names": groups,
        "where_constraints": filters,
        "limit": question.limit,
        **range_,
    }


def _reference(name: str, asked: Sequence[MetricInfo]) -> str:
    if name.lower() == TIME:
        return _time(asked)
    qualified = names.dimension(name, asked, WHERE).qualified
    return f"{{{{ {'Dimension' if '__' in qualified else 'Entity'}('{qualified}') }}}}"


def _time(asked: Sequence[MetricInfo]) -> str:
    return f"{{{{ TimeDimension('{TIME}', '{_finest(asked)}') }}}}"


def _finest(asked: Sequence[MetricInfo]) -> str:
    """The finest period that all asked metrics know."""
    return max((one.grains[0] for one in asked), key=GRAINS.index)


def _check_whole(asked: Sequence[MetricInfo], start: date | None, end: date) -> None:
    """Raises ConfigError when days would be counted that were not asked for.

    Metrics known by day and by month meet at the month, so that those by day are of whole months.
    """
    finest = _finest(asked)
    from_first = start is None or _begins(start, finest)
    to_last = end == date.max or _begins(end + timedelta(days=1), finest)
    if all(one.grains[0] == finest for one in asked) or (from_first and to_last):
        return
    finer = next(one for one in asked if one.grains[0] != finest)
    coarse = next(one for one in asked if one.grains[0] == finest)
    raise ConfigError(
        f"{finer.name} is known by {finer.grains[0]} and {coarse.name} by {finest}: together only over whole {finest}s",
        "--from, --to",
        f"let --from be the first day of a {finest} and --to the last of one, or ask for each by itself",
    )


def _begins(day: date, period: str) -> bool:
    """Whether a period begins on a day."""
    if period == "week":
        return day.weekday() == 0
    months = {"month": 1, "quarter": 3, "year": 12}.get(period)
    return months is None or (day.day == 1 and (day.month - 1) % months == 0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
