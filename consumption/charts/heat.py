"""A table whose cells are coloured by their value."""

from collections.abc import Mapping, Sequence

from consumption.charts.svg import MARGIN, WIDTH, Heading, fitted, page, rect, text, width_of

CELL = 30
WIDEST_LABEL = 200.0
DARK_FROM = 0.55  # share of the largest value from which the text of a cell turns light
FAINTEST = 0.07


def heat(
    heading: Heading,
    columns: Sequence[str],
    rows: Sequence[str],
    cells: Mapping[tuple[str, str], tuple[float, str]],
    axis: str = "",
) -> str:
    """Cells by (row, column) with value and text; the stronger the larger, red below zero; none is empty."""
    left = MARGIN + min(max((width_of(row) for row in rows), default=0) + 12, WIDEST_LABEL)
    room = (WIDTH - MARGIN - left) / max(len(columns), 1)
    most = max((abs(value) for value, _ in cells.values()), default=0) or 1.0
    top = 38 if axis else 22
    body = [text(left, 12, axis, "gc-soft gc-small")] if axis else []
    for index, column in enumerate(columns):
        body.append(text(left + (index + 0.5) * room, top - 6, fitted(column, room, 11), "gc-soft gc-small", "middle"))
    for down, row in enumerate(rows):
        y = top + down * CELL
        body.append(text(left - 8, y + 20, fitted(row, WIDEST_LABEL - 12), "", "end"))
        for index, column in enumerate(columns):
            value, says = cells.get((row, column), (0.0, ""))
            x, share = left + index * room, abs(value) / most
            tone = "gc-f4" if value < 0 else "gc-f0"
            opacity = f' fill-opacity="{FAINTEST + (1 - FAINTEST) * share:.2f}"'
            css = tone if says else "gc-f5"
            body.append(
                rect(
                    x + 1, y + 1, room - 2, CELL - 2, css, more=opacity, tip=f"{row}, {column}: {says}" if says else ""
                )
            )
            light = "gc-on" if share >= DARK_FROM else ""
            body.append(text(x + room / 2, y + 19, fitted(says, room, 11), f"gc-small {light}".strip(), "middle"))
    return page(heading, top + len(rows) * CELL + 4, body)
