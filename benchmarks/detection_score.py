"""What a detector found of what was labelled: incidents, not days."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

GRACE = 7  # days after a fault in which an alarm is still about it: each weekday comes back to normal once
GAP = 3  # flagged days that are closer are one alarm
MONTH = 365.25 / 12
ALWAYS = ("missing_day", "outage", "null_spike", "unit_x100", "stuck_value")

Row = tuple[str, date, str, bool]  # series, day, label or nothing, flagged; in order of series and day


@dataclass
class Tally:
    """Faults, those found, and the days until they were."""

    faults: int = 0
    found: int = 0
    delays: list[int] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.faults if self.faults else float("nan")

    @property
    def delay(self) -> float:
        """Mean days from the first day of a fault to the first flag."""
        return sum(self.delays) / len(self.delays) if self.delays else float("nan")


@dataclass
class Result:
    """All of a detector: by class, and the alarms that were about nothing. `exposure` is in months of 50 series."""

    classes: dict[str, Tally] = field(default_factory=dict)
    false_alarms: int = 0
    exposure: float = 0.0

    @property
    def all(self) -> Tally:
        every = self.classes.values()
        return Tally(sum(t.faults for t in every), sum(t.found for t in every), [d for t in every for d in t.delays])

    @property
    def precision(self) -> float:
        """Faults found among all that was alarmed: several alarms about one fault count once."""
        alarms = self.all.found + self.false_alarms
        return self.all.found / alarms if alarms else float("nan")

    @property
    def f1(self) -> float:
        both = self.precision + self.all.recall
        return 2 * self.precision * self.all.recall / both if both else 0.0

    @property
    def false_per_month(self) -> float:
        return self.false_alarms / self.exposure if self.exposure else float("nan")

    def summary(self) -> dict[str, Any]:
        """The figures by name."""
        return {
            "faults": self.all.faults,
            "precision": _rounded(self.precision, 3),
            "recall": _rounded(self.all.recall, 3),
            "f1": round(self.f1, 3),
            "delay_days": _rounded(self.all.delay, 2),
            "false_incidents_per_month_and_50_series": _rounded(self.false_per_month, 2),
            "classes": {
                name: {"faults": tally.faults, "recall": round(tally.recall, 3), "delay_days": _rounded(tally.delay, 2)}
                for name, tally in sorted(self.classes.items())
            },
        }


def _rounded(value: float, places: int) -> float | None:
    return None if math.isnan(value) else round(value, places)


def class_of(label: str) -> str:
    """`level_shift-120` → level_shift: a label without the number at its end."""
    name = re.sub(r"[-_:#. ]+\d+$", "", label)
    return "fault" if name.isdigit() else name


def scored(rows: Iterable[Row]) -> Result:
    """Match flags with labels, series by series."""
    result, days = Result(), 0
    for _, group in groupby(rows, key=lambda row: row[0]):
        series = list(group)
        days += len(series)
        faults = _faults(series)
        flags = [day for _, day, _, flagged in series if flagged]
        for label, first, last in faults:
            tally = result.classes.setdefault(class_of(label), Tally())
            tally.faults += 1
            hits = [day for day in flags if first <= day <= last]
            if hits:
                tally.found += 1
                tally.delays.append((hits[0] - first).days)
        spans = [(first, last + timedelta(days=GRACE)) for _, first, last in faults]
        result.false_alarms += sum(not _touches(alarm, spans) for alarm in alarms(flags))
    result.exposure = days / MONTH / 50
    return result


def alarms(flags: Sequence[date]) -> list[tuple[date, date]]:
    """First and last day of each run of flags, small gaps allowed."""
    found: list[tuple[date, date]] = []
    for day in flags:
        if found and (day - found[-1][1]).days <= GAP:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _faults(series: Sequence[Row]) -> list[tuple[str, date, date]]:
    spans: dict[str, tuple[date, date]] = {}
    for _, day, label, _ in series:
        if label:
            spans[label] = (spans.get(label, (day, day))[0], day)
    return [(label, first, last) for label, (first, last) in spans.items()]


def _touches(alarm: tuple[date, date], spans: Sequence[tuple[date, date]]) -> bool:
    return any(first <= alarm[1] and alarm[0] <= last for first, last in spans)
