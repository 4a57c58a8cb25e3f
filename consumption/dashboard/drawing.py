"""What all charts have in common: colours, axes, labels, and how an empty one says why."""

from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from vizro.themes import colors

from consumption.dashboard.numbers import Unit, written

MAIN, QUIET = colors.blue, colors.gray_400  # what the chart is about, and what it is compared with
GOOD, BAD, CAUTION = colors.positive_500, colors.negative_500, colors.warning_600
SERIES = (
    colors.blue, colors.turquoise_500, colors.dark_purple, colors.light_pink, colors.yellow_600,
    colors.dark_green, colors.light_purple, colors.warning_500, colors.dark_pink, colors.gray_400,
)  # fmt: skip
AXIS: dict[str, str] = {"percent": "~%", "kes": "~s", "count": "~s", "units": "~s", "bytes": "~s"}
WIDEST = 3  # times the largest value seen
FEW, FEW_GAP = 4, 0.5  # so few columns would else be as wide as houses
FOLD = 8  # characters of a line below a column: five columns share 250 pixels
LONGEST_LABEL = 26  # characters beside a bar: more leaves a phone no room for the bar


def empty(note: str) -> go.Figure:
    """A chart that says why there is none."""
    figure = go.Figure()
    figure.add_annotation(
        text="<br>".join(wrap(note, 46)), x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, opacity=0.75
    )
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_layout(xaxis=axis, yaxis=axis, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return figure


def drawn(figure: go.Figure, legend: bool, **layout: Any) -> go.Figure:
    """A figure with its own part of the look; the rest is the theme's."""
    margin = {"l": 8, "r": 16, "t": 30 if legend else 12, "b": 8}
    return figure.update_layout({"showlegend": legend, "margin": margin, **layout})


def hover(values: pd.Series, unit: Unit) -> list[str]:
    return [" ".join(filter(None, written(value, unit))) for value in values]


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


def days(values: pd.Series) -> pd.Series | list[str]:
    """Days as words where there are so few of them that a time axis would show hours."""
    is_days = pd.api.types.is_datetime64_any_dtype(values) and bool((values.dt.normalize() == values).all())
    return [f"{day:%-d %b}" for day in values] if is_days and values.nunique() <= FEW else values
