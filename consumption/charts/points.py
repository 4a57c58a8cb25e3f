"""Points and what lies between them: two points a row, and lines over steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from consumption.charts.bars import ROW, WIDEST_LABEL, Say
from consumption.charts.svg import (
    MARGIN,
    WIDTH,
    Heading,
    circle,
    fitted,
    line,
    number,
    page,
    text,
    ticks,
    width_of,
)


@dataclass(frozen=True)
class Pair:
    """A row with two values: from `before` to `after`."""

    label: str
    before: float
    after: float
    says: str


def pairs(
    heading: Heading, rows: Sequence[Pair], say: Say, names: tuple[str, str], tones: Callable[[Pair], int]
) -> str:
    """Two points a row and the line between; `tones` colours the second point."""
    left = MARGIN + min(max((width_of(row.label) for row in rows), default=0) + 10, WIDEST_LABEL)
    right = WIDTH - MARGIN - max((width_of(row.says) for row in rows), default=0) - 14
    values = [value for row in rows for value in (row.before, row.after)] or [0.0]
    low, high = min(values), max(values)

    def at(value: float) -> float:
        return left + 8 + (value - low) / ((high - low) or 1) * (right - left - 8)

    height = len(rows) * ROW
    body = []
    for mark in ticks(low, high):
        body.append(line(at(mark), 0, at(mark), height, "gc-mark" if mark == 0 and low < 0 else ""))
        body.append(text(at(mark), height + 16, say(mark), "gc-soft gc-small", "middle"))
    for index, row in enumerate(rows):
        y, tone = index * ROW + ROW / 2, tones(row)
        body.append(text(left - 8, y + 5, fitted(row.label, WIDEST_LABEL - 10), "", "end"))
        body.append(line(at(row.before), y, at(row.after), y, "gc-s5"))
        body.append(circle(at(row.before), y, 5, "gc-f5", f"{row.label}, {names[0]}: {say(row.before)}"))
        body.append(circle(at(row.after), y, 6, f"gc-f{tone}", f"{row.label}, {names[1]}: {say(row.after)}"))
        body.append(text(max(at(row.before), at(row.after)) + 12, y + 5, row.says, "gc-soft"))
    return page(heading, height + 24, body, [("gc-f5", names[0]), ("gc-f0", names[1])])


@dataclass(frozen=True)
class Series:
    """A line; None is a gap."""

    name: str
    values: tuple[float | None, ...]
    tone: int
    dashed: bool = False


def lines(heading: Heading, steps: Sequence[str], series: Sequence[Series], say: Say, axis: str) -> str:
    """Lines over steps, named at their ends; `axis` says what the steps are."""
    left = MARGIN + 46.0
    right = WIDTH - MARGIN - max((width_of(one.name) for one in series), default=0) - 14
    height = 260.0
    known = [value for one in series for value in one.values if value is not None] or [0.0]
    high = max(known)

    def across(index: int) -> float:
        return left + 12 + index / max(len(steps) - 1, 1) * (right - left - 24)

    def up(value: float) -> float:
        return height - value / (high or 1) * (height - 12)

    body = []
    for mark in ticks(0, high):
        body += [
            line(left, up(mark), right, up(mark)),
            text(left - 8, up(mark) + 4, say(mark), "gc-soft gc-small", "end"),
        ]
    for index, step in enumerate(steps):
        body.append(text(across(index), height + 18, step, "gc-soft", "middle"))
    body.append(text((left + right) / 2, height + 36, axis, "gc-soft gc-small", "middle"))
    for one in series:
        there = [(across(index), up(value), value) for index, value in enumerate(one.values) if value is not None]
        route = " ".join(f"{number(x)},{number(y)}" for x, y, _ in there)
        dash = ' stroke-dasharray="6 4"' if one.dashed else ""
        body.append(f'<polyline points="{route}" fill="none" class="gc-s{one.tone}"{dash}/>')
        body += [circle(x, y, 3.5, f"gc-f{one.tone}", f"{one.name}: {say(value)}") for x, y, value in there]
    ends = [(one, up(last)) for one in series for last in [one.values[-1]] if last is not None]
    for (one, _), y in zip(*_apart(ends), strict=True):
        body.append(text(right + 4, y + 4, one.name, f"gc-f{one.tone} gc-strong"))
    return page(heading, height + 42, body)


def _apart(ends: Sequence[tuple[Series, float]], least: float = 16.0) -> tuple[list[tuple[Series, float]], list[float]]:
    """Names of lines from top to bottom, pushed down where two would overlap."""
    ordered = sorted(ends, key=lambda end: end[1])
    places: list[float] = []
    for _, y in ordered:
        places.append(max(y, places[-1] + least) if places else y)
    return ordered, places
