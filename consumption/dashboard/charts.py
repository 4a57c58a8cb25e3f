"""The few kinds of charts that the pages use, so that the same thing looks the same everywhere."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from vizro.models.types import capture
from vizro.themes import colors

from consumption.dashboard.numbers import Unit, compact, written

MAIN, QUIET = colors.blue, colors.gray_400  # what the chart is about, and what it is compared with
GOOD, BAD, CAUTION = colors.positive_500, colors.negative_500, colors.warning_600
SERIES = (colors.blue, colors.turquoise_500, colors.dark_purple, colors.light_pink, colors.yellow_600, colors.gray_400)
AXIS: dict[str, str] = {"percent": ".0%", "kes": "~s", "count": "~s", "units": "~s", "bytes": "~s"}
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


def _drawn(figure: go.Figure, legend: bool, **layout: Any) -> go.Figure:
    figure.update_layout(
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}, "title": None},
        margin={"l": 8, "r": 16, "t": 30 if legend else 12, "b": 8},
        font_size=12,
        bargap=0.25,
        hoverlabel={"align": "left"},
        **layout,
    )
    figure.update_xaxes(automargin=True, title_font_size=12, tickfont_size=12, title_standoff=8)
    figure.update_yaxes(automargin=True, title_font_size=12, tickfont_size=12, title_standoff=8)
    return figure


def _hover(values: pd.Series, unit: Unit) -> list[str]:
    return [" ".join(filter(None, written(value, unit))) for value in values]


@capture("graph")
def over_time(
    data_frame: pd.DataFrame,
    x: str,
    lines: Mapping[str, str],
    unit: Unit = "count",
    title_y: str = "",
    quiet: Sequence[str] = (),
    bars: Sequence[str] = (),
    goal: float | None = None,
    from_zero: bool = True,
) -> go.Figure:
    """Lines (or columns, for those in `bars`) by day; `quiet` ones are the comparison; `goal` is a dashed line."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    figure = go.Figure()
    strong = [column for column in lines if column not in quiet]
    for column, label in lines.items():
        color = QUIET if column in quiet else SERIES[strong.index(column) % len(SERIES)]
        common: dict[str, Any] = {
            "x": data_frame[x],
            "y": data_frame[column],
            "name": label,
            "customdata": _hover(data_frame[column], unit),
            "hovertemplate": "%{customdata}",
        }
        if column in bars:
            figure.add_bar(**common, marker_color=color)
        else:
            dash = "dot" if column in quiet else "solid"
            mode = "lines+markers" if len(data_frame) <= 2 else "lines"  # noqa: PLR2004
            figure.add_scatter(**common, mode=mode, line={"color": color, "width": 2, "dash": dash})
    if goal is not None:
        figure.add_hline(y=goal, line={"color": QUIET, "dash": "dash", "width": 1})
    _drawn(figure, legend=len(lines) > 1, hovermode="x unified", barmode="stack")
    figure.update_yaxes(
        title_text=title_y, tickformat=AXIS.get(unit), rangemode="tozero" if from_zero else "normal", nticks=6
    )
    return figure


@capture("graph")
def ranking(
    data_frame: pd.DataFrame,
    label: str,
    value: str,
    unit: Unit = "count",
    title_x: str = "",
    key: str = "",
    goal: str = "",
    color: str = MAIN,
) -> go.Figure:
    """Horizontal bars, the first row on top; a click gives `key`, by default the label. `goal`: a column of marks."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    texts = [_hover(data_frame[value], unit)]
    figure = go.Figure(
        go.Bar(
            y=[_short(one) for one in data_frame[label]],
            x=data_frame[value],
            orientation="h",
            marker_color=color,
            text=texts[0],
            textposition="auto",
            cliponaxis=False,
            customdata=data_frame[[key or label, label]].assign(text=texts[0]),
            hovertemplate="%{customdata[1]}: %{customdata[2]}<extra></extra>",
            name=title_x,
        )
    )
    if goal:
        figure.add_scatter(
            y=[_short(one) for one in data_frame[label]],
            x=data_frame[goal],
            mode="markers",
            marker={"symbol": "line-ns", "size": 16, "line": {"width": 2, "color": QUIET}},
            name="target",
            customdata=_hover(data_frame[goal], unit),
            hovertemplate="target %{customdata}<extra></extra>",
        )
    _drawn(figure, legend=bool(goal), hovermode="closest")
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False, dtick=1)
    figure.update_xaxes(title_text=title_x, tickformat=AXIS.get(unit), nticks=5, rangemode="tozero")
    return figure


@capture("graph")
def stacked(
    data_frame: pd.DataFrame,
    x: str,
    value: str,
    series: str,
    unit: Unit = "count",
    title_y: str = "",
    palette: Mapping[str, str] | None = None,
    title_x: str = "",
) -> go.Figure:
    """Columns on each other, one colour per series, in the order in which the rows bring them."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    figure = go.Figure()
    for place, (name, rows) in enumerate(data_frame.groupby(series, sort=False)):
        figure.add_bar(
            x=rows[x],
            y=rows[value],
            name=str(name),
            marker_color=(palette or {}).get(str(name), SERIES[place % len(SERIES)]),
            customdata=_hover(rows[value], unit),
            hovertemplate="%{customdata}",
        )
    _drawn(figure, legend=True, barmode="stack", hovermode="x unified")
    figure.update_yaxes(title_text=title_y, tickformat=AXIS.get(unit), rangemode="tozero", nticks=6)
    figure.update_xaxes(title_text=title_x)
    return figure


@capture("graph")
def waterfall(data_frame: pd.DataFrame, label: str, value: str, total: str) -> go.Figure:
    """From all down to what is left; `total` marks the rows (first and last) that stand on the ground."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    texts = [compact(float(one)) for one in data_frame[value]]
    figure = go.Figure(
        go.Waterfall(
            x=data_frame[label],
            y=data_frame[value],
            measure=["absolute" if one else "relative" for one in data_frame[total].astype(bool)],
            text=texts,
            textposition="outside",
            cliponaxis=False,
            decreasing_marker_color=BAD,
            increasing_marker_color=GOOD,
            totals_marker_color=MAIN,
            connector={"line": {"color": QUIET, "width": 1}},
            hovertemplate="%{x}: %{text} orders<extra></extra>",
        )
    )
    # the two whole bars in the main colour
    _drawn(figure, legend=False)
    figure.update_yaxes(title_text="orders", tickformat="~s", nticks=6, rangemode="tozero")
    figure.update_layout(margin_t=28)
    return figure


@capture("graph")
def band(data_frame: pd.DataFrame, x: str, title_y: str = "") -> go.Figure:
    """A watched series (`value`) within what was expected (`low`, `high`), with the days outside as marks."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    figure = go.Figure()
    edge = {"x": data_frame[x], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(**edge, y=data_frame["low"], showlegend=False)
    figure.add_scatter(
        **edge, y=data_frame["high"], fill="tonexty", fillcolor="rgba(151, 161, 176, 0.28)", name="expected"
    )
    figure.add_scatter(
        x=data_frame[x],
        y=data_frame["value"],
        name="seen",
        mode="lines+markers",
        line={"color": MAIN, "width": 2},
        marker_size=5,
    )
    outside = data_frame[data_frame["is_outside"].astype(bool)]
    figure.add_scatter(
        x=outside[x],
        y=outside["value"],
        name="outside",
        mode="markers",
        marker={"color": BAD, "size": 11, "symbol": "circle-open", "line": {"width": 2}},
    )
    _drawn(figure, legend=True, hovermode="x unified")
    figure.update_yaxes(title_text=title_y, tickformat="~s", nticks=6, rangemode="tozero")
    return figure


def _short(text: object) -> str:
    shown = "unknown" if text is None else str(text)
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: LONGEST_LABEL - 1]}…"
