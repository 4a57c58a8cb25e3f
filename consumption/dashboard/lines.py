"""Charts made of lines: over time, per series, and a series within its band."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from vizro.models.types import capture

from consumption.dashboard.drawing import AXIS, BAD, MAIN, QUIET, SERIES, WIDEST, drawn, empty, hover
from consumption.dashboard.numbers import Unit


@capture("graph")
def over_time(
    data_frame: pd.DataFrame,
    x: str,
    lines: Mapping[str, str],
    *,
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
            "customdata": hover(data_frame[column], unit),
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
    drawn(figure, legend=len(lines) > 1, hovermode="x unified", barmode="stack")
    figure.update_xaxes(title_text=title_x)
    figure.update_yaxes(
        title_text=title_y, tickformat=AXIS.get(unit), rangemode="tozero" if from_zero else "normal", nticks=6
    )
    return figure


@capture("graph")
def by_series(
    data_frame: pd.DataFrame,
    x: str,
    value: str,
    *,
    series: str,
    unit: Unit = "count",
    title_y: str = "",
    quiet: str = "·",
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
            customdata=hover(rows[value], unit),
            hovertemplate="%{customdata}",
        )
    drawn(figure, legend=True, hovermode="x unified")
    figure.update_yaxes(title_text=title_y, tickformat=AXIS.get(unit), nticks=6, rangemode="tozero")
    return figure


@capture("graph")
def band(data_frame: pd.DataFrame, x: str, named: str) -> go.Figure:
    """A watched series (`value`, its name in the column `named`) between `low` and `high`; days outside are marked."""
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
    drawn(figure, legend=True, hovermode="x unified")
    # a band that is still wide for want of a past would press what was seen onto the ground
    least, most = float(data_frame["value"].min()), float(data_frame["value"].max())
    top = min(float(data_frame["high"].max()), WIDEST * most) if data_frame["high"].notna().any() else most
    figure.update_yaxes(
        title_text="value of the day", tickformat="~s", nticks=6, range=[min(0.0, least), 1.1 * max(most, top)]
    )
    return figure
