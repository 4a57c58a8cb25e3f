"""Charts made of lines: over time, per series, and a series within its band."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from vizro.models.types import capture

from consumption.dashboard.drawing import (
    BAD,
    MAIN,
    QUIET,
    SERIES,
    WIDEST,
    Figure,
    axis,
    drawn,
    empty,
    hover,
    places,
    values,
)
from consumption.dashboard.numbers import Unit

EXPECTED = "rgba(151, 161, 176, 0.28)"
GOAL = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "line": {"color": QUIET, "dash": "dash", "width": 1}}


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
) -> Figure:
    """Lines (or columns, for those in `bars`) by day; `quiet` ones are the comparison; `goal` is a dashed line."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    traces: list[dict[str, Any]] = []
    where = places(data_frame[x])
    strong = [column for column in lines if column not in quiet]
    for column, label in lines.items():
        color = QUIET if column in quiet else SERIES[strong.index(column) % len(SERIES)]
        common = {
            "x": where,
            "y": values(data_frame[column]),
            "name": label,
            "customdata": hover(data_frame[column], unit),
            "hovertemplate": "%{customdata}",
        }
        if column in bars:
            traces.append(common | {"type": "bar", "marker": {"color": color}})
        else:
            dash = "dot" if column in quiet else "solid"
            mode = "lines+markers" if len(data_frame) <= 2 else "lines"  # noqa: PLR2004
            traces.append(
                common | {"type": "scatter", "mode": mode, "line": {"color": color, "width": 2, "dash": dash}}
            )
    ground = "tozero" if from_zero else "normal"
    return drawn(
        traces,
        axis(title_x, tickangle=0),
        axis(title_y, unit, rangemode=ground, nticks=6),
        legend=len(lines) > 1,
        hovermode="x unified",
        barmode="stack",
        shapes=[] if goal is None else [GOAL | {"y0": goal, "y1": goal}],
    )


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
) -> Figure:
    """A line per series; those whose name begins with `quiet` are what the others are compared with."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    where = pd.Series(places(data_frame[x]), index=data_frame.index)
    names = [name for name in data_frame[series].unique() if not name.startswith(quiet)]
    traces = []
    for name, rows in data_frame.groupby(series, sort=False):
        is_quiet = str(name).startswith(quiet)
        color = QUIET if is_quiet else SERIES[names.index(name) % len(SERIES)]
        traces.append(
            {
                "type": "scatter",
                "x": where[rows.index].tolist(),
                "y": values(rows[value]),
                "name": str(name),
                "mode": "lines+markers",
                "line": {"color": color, "width": 2, "dash": "dot" if is_quiet else "solid"},
                "customdata": hover(rows[value], unit),
                "hovertemplate": "%{customdata}",
            }
        )
    y = axis(title_y, unit, nticks=6, rangemode="tozero")
    return drawn(traces, axis(tickangle=0), y, legend=True, hovermode="x unified")


@capture("graph")
def band(data_frame: pd.DataFrame, x: str, named: str) -> Figure:
    """A watched series (`value`, its name in the column `named`) between `low` and `high`; days outside are marked."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    where, value = pd.Series(places(data_frame[x]), index=data_frame.index), data_frame["value"]
    edge = {"type": "scatter", "x": where.tolist(), "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    outside = data_frame[data_frame["is_outside"].astype(bool)]
    traces = [
        edge | {"y": values(data_frame["low"]), "showlegend": False},
        edge | {"y": values(data_frame["high"]), "fill": "tonexty", "fillcolor": EXPECTED, "name": "expected"},
        {
            "type": "scatter",
            "x": where.tolist(),
            "y": values(value),
            "name": str(data_frame[named].iloc[0]),
            "mode": "lines+markers",
            "line": {"color": MAIN, "width": 2},
            "marker": {"size": 5},
        },
        {
            "type": "scatter",
            "x": where[outside.index].tolist(),
            "y": values(outside["value"]),
            "name": "outside",
            "mode": "markers",
            "marker": {"color": BAD, "size": 11, "symbol": "circle-open", "line": {"width": 2}},
        },
    ]
    # a band that is still wide for want of a past would press what was seen onto the ground
    least, most = float(value.min()), float(value.max())
    top = min(float(data_frame["high"].max()), WIDEST * most) if data_frame["high"].notna().any() else most
    seen = [min(0.0, least), 1.1 * max(most, top)]
    y = axis("value of the day", "count", nticks=6, range=seen)
    return drawn(traces, axis(tickangle=0), y, legend=True, hovermode="x unified")
