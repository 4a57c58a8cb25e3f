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
SERIES = (
    colors.blue, colors.turquoise_500, colors.dark_purple, colors.light_pink, colors.yellow_600,
    colors.dark_green, colors.light_purple, colors.warning_500, colors.dark_pink, colors.gray_400,
)  # fmt: skip
AXIS: dict[str, str] = {"percent": "~%", "kes": "~s", "count": "~s", "units": "~s", "bytes": "~s"}
WIDEST = 3  # times the largest value seen
FEW, FEW_GAP = 4, 0.5  # so few columns would else be as wide as houses
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
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}, "traceorder": "normal"},
        margin={"l": 8, "r": 16, "t": 30 if legend else 12, "b": 8},
        font_size=12,
        hoverlabel={"align": "left"},
        uniformtext={"mode": False},
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
    title_x: str = "",
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
    figure.update_xaxes(title_text=title_x)
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
    texts, places = _hover(data_frame[value], unit), list(range(len(data_frame)))
    figure = go.Figure(
        go.Bar(
            y=places,
            x=data_frame[value],
            orientation="h",
            marker_color=color,
            text=texts,
            textposition="none" if goal else "outside",
            textfont_size=11,
            constraintext="none",
            cliponaxis=False,
            customdata=list(zip(data_frame[key or label], data_frame[label], texts, strict=True)),
            hovertemplate="%{customdata[1]}: %{customdata[2]}<extra></extra>",
            name=title_x,
        )
    )
    if goal:
        figure.add_scatter(
            y=places,
            x=data_frame[goal],
            mode="markers",
            marker={"symbol": "line-ns", "size": 16, "line": {"width": 2, "color": QUIET}},
            name=goal.replace("_", " "),
            customdata=_hover(data_frame[goal], unit),
            hovertemplate="%{customdata}<extra></extra>",
        )
    _drawn(figure, legend=bool(goal), hovermode="closest")
    figure.update_yaxes(
        autorange="reversed", showgrid=False, tickvals=places, ticktext=[_short(one) for one in data_frame[label]]
    )
    figure.update_xaxes(title_text=title_x, tickformat=AXIS.get(unit), nticks=5, range=_with_room(data_frame, value, goal))
    return figure


def _with_room(data_frame: pd.DataFrame, value: str, goal: str) -> list[float]:
    """From zero (or the least) to the largest value, and a fifth more for the number beside the bar."""
    seen = data_frame[[value, *([goal] if goal else [])]].astype(float)
    least, most = min(0.0, float(seen.min().min())), max(0.0, float(seen.max().max()))
    return [least * 1.2, (most * 1.22) or 1.0]


@capture("graph")
def stacked(
    data_frame: pd.DataFrame,
    x: str,
    value: str,
    series: str = "",
    unit: Unit = "count",
    title_y: str = "",
    title_x: str = "",
    palette: Mapping[str, str] | None = None,
    side_by_side: bool = False,
) -> go.Figure:
    """Columns, on or beside each other when there are `series`, in the order in which the rows bring them."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    figure, days = go.Figure(), pd.Series(_days(data_frame[x]), index=data_frame.index)
    groups = data_frame.groupby(series, sort=False) if series else [("", data_frame)]
    for place, (name, rows) in enumerate(groups):
        figure.add_bar(
            x=[_unnumbered(one) for one in days[rows.index]],
            y=rows[value],
            name=str(name),
            marker_color=(palette or {}).get(str(name), SERIES[place % len(SERIES)]),
            customdata=_hover(rows[value], unit),
            hovertemplate="%{customdata}" + ("" if series else "<extra></extra>"),
        )
    gap = FEW_GAP if data_frame[x].nunique() <= FEW else 0.25
    _drawn(figure, legend=bool(series), barmode="group" if side_by_side else "stack", hovermode="x unified", bargap=gap)
    figure.update_yaxes(title_text=title_y, tickformat=AXIS.get(unit), rangemode="tozero", nticks=6)
    figure.update_xaxes(title_text=title_x, tickangle=0 if title_x else None)
    return figure


@capture("graph")
def by_series(
    data_frame: pd.DataFrame, x: str, value: str, series: str, unit: Unit = "count", title_y: str = "", quiet: str = "·"
) -> go.Figure:
    """A line per series; those whose name begins with `quiet` are what the others are compared with."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    figure = go.Figure()
    names = [name for name in data_frame[series].unique() if not name.startswith(quiet)]
    for name, rows in data_frame.groupby(series, sort=False):
        is_quiet = str(name).startswith(quiet)
        color = QUIET if is_quiet else SERIES[names.index(name) % len(SERIES)]
        figure.add_scatter(
            x=rows[x],
            y=rows[value],
            name=str(name),
            mode="lines+markers",
            line={"color": color, "width": 2, "dash": "dot" if is_quiet else "solid"},
            customdata=_hover(rows[value], unit),
            hovertemplate="%{customdata}",
        )
    _drawn(figure, legend=True, hovermode="x unified")
    figure.update_yaxes(title_text=title_y, tickformat=AXIS.get(unit), nticks=6, rangemode="tozero")
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
    _drawn(figure, legend=False)
    figure.update_yaxes(title_text="orders", tickformat="~s", nticks=6, rangemode="tozero")
    figure.update_layout(margin_t=28)
    return figure


@capture("graph")
def band(data_frame: pd.DataFrame, x: str, named: str) -> go.Figure:
    """A watched series (`value`, named by the column `named`) within what was expected (`low`, `high`), with the days outside as marks."""
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
        name=str(data_frame[named].iloc[0]),
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
    # a band that is still wide for want of a past would press what was seen onto the ground
    least, most = float(data_frame["value"].min()), float(data_frame["value"].max())
    top = min(float(data_frame["high"].max()), WIDEST * most) if data_frame["high"].notna().any() else most
    figure.update_yaxes(title_text="value of the day", tickformat="~s", nticks=6, range=[min(0.0, least), 1.1 * max(most, top)])
    return figure


def _unnumbered(text: object) -> object:
    """`2 · up to a week` without the number that sorts it."""
    return text.partition(" · ")[2] if isinstance(text, str) and text[:1].isdigit() and " · " in text else text


def _short(text: object) -> str:
    """A label with its two ends: what tells two apart often stands at the end."""
    shown = "unknown" if text is None else str(text)
    half = LONGEST_LABEL // 2
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: half - 1]}…{shown[-half:]}"


def _days(values: pd.Series) -> pd.Series | list[str]:
    """Days as words where there are so few of them that a time axis would show hours."""
    is_days = pd.api.types.is_datetime64_any_dtype(values) and bool((values.dt.normalize() == values).all())
    return [f"{day:%-d %b}" for day in values] if is_days and values.nunique() <= FEW else values
