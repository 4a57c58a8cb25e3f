"""Bars that lie, one a row, of one or more parts; and the waterfall."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from consumption.charts.svg import (
    MARGIN,
    WIDTH,
    Heading,
    fitted,
    line,
    page,
    rect,
    text,
    ticks,
    width_of,
)

ROW, THICK = 26, 16
WIDEST_LABEL = 290.0
Say = Callable[[float], str]


@dataclass(frozen=True)
class Bar:
    """A row: its parts one behind the other; `tones` colours each, `says` stands at the end, `mark` is a tick."""

    label: str
    parts: tuple[float, ...]
    says: str
    tones: tuple[int, ...] = ()
    mark: float | None = None


def bars(heading: Heading, rows: Sequence[Bar], say: Say, names: Sequence[tuple[str, str]] = ()) -> str:
    """Lying bars; `say` writes the numbers of the axis, `names` is the legend (class, name)."""
    left = MARGIN + min(max((width_of(row.label) for row in rows), default=0) + 10, WIDEST_LABEL)
    right = WIDTH - MARGIN - max((width_of(row.says) for row in rows), default=0) - 10
    ends = [0.0, *(sum(row.parts) for row in rows), *(row.mark for row in rows if row.mark is not None)]
    low, high = min(ends), max(ends)
    if low < 0:
        left += max((width_of(row.says) for row in rows if sum(row.parts) < 0), default=0)

    def at(value: float) -> float:
        return left + (value - low) / ((high - low) or 1) * (right - left)

    height = len(rows) * ROW + 24
    body = list(_grid(ticks(low, high), at, height - 24, say, below=low < 0))
    for index, row in enumerate(rows):
        body += _bar(row, index * ROW + (ROW - THICK) / 2, left, at, below=low < 0)
    return page(heading, height, body, names)


def _grid(
    marks: Sequence[float], at: Callable[[float], float], height: float, say: Say, *, below: bool
) -> Iterator[str]:
    for mark in marks:
        yield line(at(mark), 0, at(mark), height, "gc-mark" if mark == 0 and below else "")
        yield text(at(mark), height + 16, say(mark), "gc-soft gc-small", "middle")


def _bar(row: Bar, y: float, left: float, at: Callable[[float], float], *, below: bool) -> Iterator[str]:
    """The label stands left of everything; with values below zero it is set against the edge of the picture."""
    edge, side = (MARGIN, "start") if below else (left - 8, "end")
    yield text(edge, y + 13, fitted(row.label, WIDEST_LABEL - 10), "", side)
    start = 0.0
    tones = row.tones or tuple(range(len(row.parts)))
    for part, tone in zip(row.parts, tones, strict=True):
        low, high = sorted((at(start), at(start + part)))
        yield rect(low, y, high - low, THICK, f"gc-f{tone}", tip=f"{row.label}: {row.says}")
        start += part
    if row.mark is not None:
        yield line(at(row.mark), y - 3, at(row.mark), y + THICK + 3, "gc-mark")
    if start < 0:
        yield text(at(start) - 6, y + 13, row.says, "gc-soft", "end")
    else:
        yield text(max(at(start), at(row.mark or 0)) + 6, y + 13, row.says, "gc-soft")


@dataclass(frozen=True)
class Step:
    """A column of a waterfall: how far it goes up or down, or a total from zero (`total`)."""

    label: str
    value: float
    says: str
    tone: int
    total: bool = False


def waterfall(heading: Heading, steps: Sequence[Step], say: Say, bottom: float = 0.0) -> str:
    """Columns from left to right, each beginning where the one before ended; the axis starts at `bottom`."""
    left, right, height = MARGIN + 56.0, WIDTH - MARGIN, 260.0
    room = (right - left) / len(steps)
    levels, level = [], 0.0
    for step in steps:
        start = 0.0 if step.total else level
        level = step.value if step.total else level + step.value
        levels.append((start, level))
    high = max(max(pair) for pair in levels)

    def at(value: float) -> float:
        return height - (max(value, bottom) - bottom) / ((high - bottom) or 1) * (height - 20)

    body = []
    for mark in ticks(bottom, high):
        body += [
            line(left, at(mark), right, at(mark)),
            text(left - 8, at(mark) + 4, say(mark), "gc-soft gc-small", "end"),
        ]
    for index, (step, (start, end)) in enumerate(zip(steps, levels, strict=True)):
        x = left + index * room + room * 0.14
        top, base = at(max(start, end)), at(min(start, end))
        body.append(
            rect(x, top, room * 0.72, max(base - top, 1.5), f"gc-f{step.tone}", tip=f"{step.label}: {step.says}")
        )
        body.append(text(x + room * 0.36, top - 6, step.says, "gc-strong", "middle"))
        body.append(text(x + room * 0.36, height + 18, fitted(step.label, room), "", "middle"))
        if index + 1 < len(steps):
            body.append(line(x + room * 0.72, at(end), x + room * 1.28, at(end), more=' stroke-dasharray="3 3"'))
    return page(heading, height + 26, body)
