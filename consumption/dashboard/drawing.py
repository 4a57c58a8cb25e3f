"""What all charts have in common: colours, axes, labels, and how an empty one says why."""

from textwrap import wrap
from typing import Any

import pandas as pd
from vizro.themes import colors

from consumption.dashboard.numbers import Unit, written

MAIN, QUIET = colors.blue, colors.gray_400  # what the chart is about, and what it is compared with
GOOD, BAD, CAUTION = colors.positive_500, colors.negative_500, colors.warning_600
SERIES = (
    colors.blue, colors.turquoise_500, colors.dark_purple, colors.light_pink, colors.yellow_600,
    colors.dark_green, colors.light_purple, colors.warning_500, colors.dark_pink, colors.gray_400,
)  # fmt: skip
TICKS: dict[str, str] = {"percent": "~%", "kes": "~s", "count": "~s", "units": "~s", "bytes": "~s"}
WIDEST = 3  # times the largest value seen
FEW, FEW_GAP = 4, 0.5  # so few columns would else be as wide as houses
FOLD = 8  # characters of a line below a column: five columns share 250 pixels
LONGEST_LABEL = 26  # characters beside a bar: more leaves a phone no room for the bar
# Pixels for an axis with a title and labels of five digits, and of two lines: to measure them was a third of a drawing.
MARGIN = {"l": 66, "r": 16, "b": 52}
LEGEND = 40  # pixels above for one line of names; plotly takes more where it needs more

# Plotly's JSON as it is: its classes check each property, 15 ms of a chart. A test has them check every chart.
Figure = dict[str, Any]
Axis = dict[str, Any]


def empty(note: str) -> Figure:
    """A chart that says why there is none."""
    text = {"text": "<br>".join(wrap(note, 46)), "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    return {
        "data": [],
        "layout": {
            "annotations": [text | {"showarrow": False, "opacity": 0.75}],
            "xaxis": axis,
            "yaxis": axis,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        },
    }


def drawn(traces: list[Any], x: Axis, y: Axis, *, legend: bool, **layout: Any) -> Figure:
    """A figure with its own part of the look; the rest is the theme's."""
    margin = MARGIN | {"t": LEGEND if legend else 12}
    return {"data": traces, "layout": {"showlegend": legend, "margin": margin, "xaxis": x, "yaxis": y} | layout}


def axis(title: str = "", unit: Unit | None = None, *, words: bool = False, **other: Any) -> Axis:
    """An axis. Only labels that are words are measured for their margin: numbers and days fit into the usual one."""
    made = {"automargin": words, "tickformat": TICKS.get(unit or ""), **other}
    return made | ({"title": {"text": title}} if title else {})


def values(column: pd.Series) -> list[Any]:
    """A column as plotly's JSON takes it: days and times as text, none where nothing is known."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return [None if pd.isna(one) else one.isoformat() for one in column]
    return [None if pd.isna(one) else one for one in column.tolist()]


def hover(column: pd.Series, unit: Unit) -> list[str]:
    return [" ".join(filter(None, written(value, unit))) for value in column]


def unnumbered(text: object) -> object:
    """`2 · up to a week` without the number that sorts it."""
    return text.partition(" · ")[2] if isinstance(text, str) and text[:1].isdigit() and " · " in text else text


def short(text: str | float | None) -> str:
    """A label with its two ends: what tells two apart often stands at the end. Null comes as NaN from pandas."""
    shown = "unknown" if pd.isna(text) else str(text)
    half = LONGEST_LABEL // 2
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: half - 1]}…{shown[-half:]}"


def folded(text: object) -> object:
    """A label below a column in several lines: side by side on a phone, long ones would run into each other."""
    return "<br>".join(wrap(text, FOLD, break_long_words=False)) if isinstance(text, str) else text


def is_timeline(column: pd.Series) -> bool:
    """Whether there are enough days for an axis of time: of fewer it would show the hours."""
    return _holds_days(column) and column.nunique() > FEW


def places(column: pd.Series) -> list[Any]:
    """Where columns stand: days as words where they are few."""
    is_few = _holds_days(column) and not is_timeline(column)
    return [f"{day:%-d %b}" for day in column] if is_few else values(column)


def _holds_days(column: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(column) and bool((column.dt.normalize() == column).all())
