"""Boxes and the curves between them: pictures of a flow."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from consumption.charts.svg import TEXT, fitted, number, rect, text

LINE, PAD, SMALL = 16, 10, 12  # height of a line of text, room around it, its size


@dataclass(frozen=True)
class Box:
    """A box at (x, y) with a bold title and lines below; a tone of None is plain; `href` makes it a link."""

    x: float
    y: float
    width: float
    title: str
    lines: tuple[str, ...] = ()
    tone: int | None = None
    href: str = ""
    least: float = 0.0  # height that it has at least
    small: bool = False  # a title as small as a line

    @property
    def height(self) -> float:
        return max(2 * PAD + LINE * (1 + len(self.lines)) - 4, self.least)

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def drawn(box: Box) -> str:
    """The box with its texts, cut where they would leave it."""
    room = box.width - 2 * PAD
    parts = [rect(box.x, box.y, box.width, box.height, "gc-box")]
    if box.tone is not None:
        parts.append(rect(box.x, box.y, 4, box.height, f"gc-f{box.tone}"))
    size, css = (SMALL, "gc-line") if box.small else (TEXT, "gc-strong")
    parts.append(text(box.x + PAD, box.y + PAD + 11, fitted(box.title, room, size), css))
    for index, content in enumerate(box.lines, 1):
        y = box.y + PAD + 10 + index * LINE
        parts.append(text(box.x + PAD, y, fitted(content, room, SMALL), "gc-soft gc-line"))
    inside = f"<title>{escape(box.title)}</title>" + "".join(parts)
    return f'<a href="{escape(box.href, quote=True)}">{inside}</a>' if box.href else f"<g>{inside}</g>"


def curve(start: Box, end: Box, tone: int | None = None, width: float = 1.5) -> str:
    """A curve from the right side of one box to the left side of another, with a head."""
    x1, y1, x2, y2 = start.x + start.width, start.middle, end.x - 5, end.middle
    bend = max((x2 - x1) / 2, 20)
    css = f' class="gc-s{5 if tone is None else tone}"'
    first, second = f"{number(x1 + bend)} {number(y1)}", f"{number(x2 - bend)} {number(y2)}"
    route = f"M{number(x1)} {number(y1)}C{first} {second} {number(x2)} {number(y2)}"
    return f'<path d="{route}"{css} style="stroke-width:{number(width)}"/>{head(end.x, y2, tone)}'


def down(start: Box, end: Box, tone: int | None = None) -> str:
    """A straight arrow from the bottom of one box to the top of another, where both overlap."""
    x = (max(start.x, end.x) + min(start.x + start.width, end.x + end.width)) / 2
    css = f' class="gc-s{5 if tone is None else tone}"'
    route = f"M{number(x)} {number(start.y + start.height)}V{number(end.y - 5)}"
    points = f"M{number(x - 4)} {number(end.y - 6)}L{number(x)} {number(end.y)}L{number(x + 4)} {number(end.y - 6)}"
    return f'<path d="{route}"{css}/><path d="{points}"{css}/>'


def head(x: float, y: float, tone: int | None) -> str:
    """The head of an arrow that comes from the left."""
    css = f' class="gc-s{5 if tone is None else tone}"'
    return f'<path d="M{number(x - 6)} {number(y - 4)}L{number(x)} {number(y)}L{number(x - 6)} {number(y + 4)}"{css}/>'


def stacked(
    x: float, y: float, width: float, titles: Sequence[tuple[str, tuple[str, ...]]], *, gap: float, tone: int
) -> list[Box]:
    """Boxes one below the other."""
    boxes: list[Box] = []
    for title, lines in titles:
        top = boxes[-1].y + boxes[-1].height + gap if boxes else y
        boxes.append(Box(x, top, width, title, lines, tone))
    return boxes
