"""The pieces of a chart: elements, wrapped text, scales, and the page with its heading.

Colours are classes: in a page of the site its style sheet gives them (light or dark as the reader chose); a file that
stands alone brings `STYLE`, which follows the reader's system.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 760  # drawn to this width, shown at any
MARGIN = 12
LETTER, BOLD = 0.56, 0.62  # width of an average letter of a sans-serif font, in its size: room is reserved by it
TEXT, TITLE = 13, 17
TONES = 6
LIGHT = (
    "--gc-ink:#24303a;--gc-soft:#5c6b78;--gc-line:#d5dce2;--gc-on:#ffffff;--gc-0:#1f6f8b;--gc-1:#d9822b;"
    "--gc-2:#7d5ba6;--gc-3:#3f8f55;--gc-4:#bf4458;--gc-5:#9aa7b2;"
)
DARK = (
    "--gc-ink:#e4eaef;--gc-soft:#a3b0bb;--gc-line:#3d4853;--gc-on:#0e1a22;--gc-0:#58b4d1;--gc-1:#f0a860;"
    "--gc-2:#b89ad6;--gc-3:#7cc58a;--gc-4:#ee8493;--gc-5:#75828d;"
)
SHAPES = (
    ".gc text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:var(--gc-ink)}"
    ".gc .gc-title{font-size:17px;font-weight:600}.gc .gc-soft{fill:var(--gc-soft)}.gc .gc-small{font-size:11px}"
    ".gc .gc-on{fill:var(--gc-on)}.gc .gc-strong{font-weight:600}.gc .gc-line{font-size:12px}"
    ".gc a:hover .gc-box{fill-opacity:.6}"
    ".gc line,.gc path{stroke:var(--gc-line);fill:none}.gc .gc-mark{stroke:var(--gc-ink);stroke-width:2}"
    ".gc .gc-box{fill:var(--gc-line);fill-opacity:.25;stroke:var(--gc-line)}"
    + "".join(
        f".gc .gc-f{tone}{{fill:var(--gc-{tone})}}.gc .gc-s{tone}{{stroke:var(--gc-{tone});stroke-width:2}}"
        for tone in range(TONES)
    )
)
STYLE = f".gc{{{LIGHT}}}@media (prefers-color-scheme:dark){{.gc{{{DARK}}}}}{SHAPES}"


@dataclass(frozen=True)
class Heading:
    """What a chart says: the finding, then the measure with its unit, then where the numbers come from."""

    title: str
    subtitle: str
    note: str = ""


def number(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def text(x: float, y: float, content: str, css: str = "", anchor: str = "start") -> str:
    """A line of text, its baseline at y."""
    kind = f' class="{css}"' if css else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{number(x)}" y="{number(y)}"{kind}{side}>{escape(content)}</text>'


def rect(x: float, y: float, width: float, height: float, css: str, *, more: str = "", tip: str = "") -> str:
    """A box with rounded corners; `tip` is shown where the reader points."""
    inside = f"<title>{escape(tip)}</title>" if tip else ""
    size = f'width="{number(max(width, 0))}" height="{number(height)}"'
    return f'<rect x="{number(x)}" y="{number(y)}" {size} rx="2" class="{css}"{more}>{inside}</rect>'


def line(x1: float, y1: float, x2: float, y2: float, css: str = "", *, more: str = "") -> str:
    """A straight line."""
    kind = f' class="{css}"' if css else ""
    return f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"{kind}{more}/>'


def circle(x: float, y: float, radius: float, css: str, tip: str = "") -> str:
    """A point."""
    inside = f"<title>{escape(tip)}</title>" if tip else ""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" class="{css}">{inside}</circle>'


def width_of(content: str, size: float = TEXT) -> float:
    """The room that a text takes, estimated."""
    return len(content) * size * LETTER


def fitted(content: str, room: float, size: float = TEXT) -> str:
    """The text, cut with an ellipsis where the room ends."""
    most = max(int(room / (size * LETTER)), 2)
    return content if len(content) <= most else content[: most - 1].rstrip() + "…"


def wrapped(content: str, room: float, size: float, letter: float = LETTER) -> list[str]:
    """The text in lines that fit; what a no-break space holds together stays together."""
    lines: list[str] = []
    for word in content.split(" "):
        if lines and len(f"{lines[-1]} {word}") * size * letter <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers from low to high, about `count` of them."""
    span = (high - low) or 1.0
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(at * step, 10) for at in range(first, last + 1)]


def legend(y: float, names: Sequence[tuple[str, str]]) -> str:
    """One line of coloured boxes (a class f…) or marks (any other class), each with its name."""
    parts, x = [], float(MARGIN)
    for css, name in names:
        if css == "gc-mark":
            parts.append(line(x + 6, y - 10, x + 6, y + 2, css))
        else:
            parts.append(rect(x, y - 10, 12, 12, css))
        parts.append(text(x + 18, y, name, "gc-soft"))
        x += 18 + width_of(name) + 22
    return "".join(parts)


def page(heading: Heading, height: float, body: Iterable[str], names: Sequence[tuple[str, str]] = ()) -> str:
    """A whole chart; `body` is drawn below the heading and the legend, `height` high from 0 on."""
    parts, y = [], MARGIN + TITLE
    for part in wrapped(heading.title, WIDTH - 2 * MARGIN, TITLE, BOLD):
        parts.append(text(MARGIN, y, part, "gc-title"))
        y += TITLE + 5
    for part in wrapped(heading.subtitle, WIDTH - 2 * MARGIN, TEXT):
        parts.append(text(MARGIN, y, part, "gc-soft"))
        y += TEXT + 5
    if names:
        y += 8
        parts.append(legend(y, names))
        y += TEXT
    top = y + 2
    bottom = top + height
    parts.append(f'<g transform="translate(0 {number(top)})">{"".join(body)}</g>')
    if heading.note:
        bottom += 18
        parts.append(text(MARGIN, bottom, heading.note, "gc-soft gc-small"))
    return drawing(WIDTH, bottom + MARGIN, parts, heading.title)


def drawing(width: float, height: float, parts: Iterable[str], name: str) -> str:
    """An SVG element without colours of its own."""
    size = f'viewBox="0 0 {number(width)} {number(height)}"'
    label = escape(name, quote=True)
    return f'<svg class="gc" {size} role="img" aria-label="{label}">{"".join(parts)}</svg>'


def alone(drawn: str) -> str:
    """The text of a file: the drawing with its name space and its colours."""
    head, _, rest = drawn.partition(">")
    size = head.partition('viewBox="0 0 ')[2].partition('"')[0].split()
    sized = f'{head} width="{size[0]}" height="{size[1]}" xmlns="http://www.w3.org/2000/svg">'
    return f"{sized}<style>{STYLE}</style>{rest}\n"
