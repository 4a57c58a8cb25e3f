"""A table of dots: what belongs to what."""

from collections.abc import Mapping, Sequence

from consumption.charts.svg import MARGIN, Heading, circle, drawing, line, number, text, width_of

STEP_X, STEP_Y, SLANT = 34.0, 22.0, -55


def matrix(heading: Heading, columns: Sequence[str], rows: Sequence[str], dots: Mapping[tuple[str, str], str]) -> str:
    """Rows and columns with a dot where `dots` has the pair (row, column); its text is shown where one points."""
    left = MARGIN + max((width_of(row) for row in rows), default=0) + 14
    top = 30 + max((width_of(column) for column in columns), default=0) * 0.86
    right, bottom = left + len(columns) * STEP_X, top + len(rows) * STEP_Y
    parts = [text(MARGIN, 22, heading.title, "gc-title")]
    for index, column in enumerate(columns):
        x = left + (index + 0.5) * STEP_X
        parts.append(line(x, top, x, bottom))
        turned = f"translate({number(x)} {number(top - 8)}) rotate({SLANT})"
        parts.append(f'<g transform="{turned}">{text(0, 0, column)}</g>')
    for down, row in enumerate(rows):
        y = top + (down + 0.5) * STEP_Y
        parts += [text(left - 10, y + 4, row, "", "end"), line(left, y, right, y)]
        for index, column in enumerate(columns):
            if (row, column) in dots:
                parts.append(
                    circle(left + (index + 0.5) * STEP_X, y, 5.5, "gc-f0", f"{row}, {column}: {dots[row, column]}")
                )
    parts.append(text(MARGIN, bottom + 20, heading.subtitle, "gc-soft gc-small"))
    widest = max(right + top * 0.6, MARGIN + width_of(heading.subtitle, 11))
    return drawing(widest, bottom + 30, parts, heading.title)
