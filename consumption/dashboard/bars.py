"""Charts made of bars: rankings, columns, the waterfall."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from vizro.models.types import capture

from consumption.dashboard.drawing import (
    AXIS,
    BAD,
    FEW,
    FEW_GAP,
    GOOD,
    MAIN,
    QUIET,
    SERIES,
    days,
    drawn,
    empty,
    folded,
    hover,
    short,
    unnumbered,
)
from consumption.dashboard.numbers import Unit, compact


@capture("graph")
def ranking(
    data_frame: pd.DataFrame,
    label: str,
    value: str,
    *,
    unit: Unit = "count",
    title_x: str = "",
    key: str = "",
    goal: str = "",
    color: str = MAIN,
) -> go.Figure:
    """Horizontal bars, the first row on top; a click gives `key`, by default the label. `goal`: a column of marks."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    texts, places = hover(data_frame[value], unit), list(range(len(data_frame)))
    figure = go.Figure(
        go.Bar(
            y=places,
            x=data_frame[value],
            orientation="h",
            marker_color=color,
            text=[text.removesuffix(" KES") for text in texts],  # the axis says it; a phone has no room for it
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
            marker={"symbol": "line-ns", "size": 9, "line": {"width": 2, "color": QUIET}},
            name=goal.replace("_", " "),
            customdata=hover(data_frame[goal], unit),
            hovertemplate="%{customdata}<extra></extra>",
        )
    drawn(figure, legend=bool(goal), hovermode="closest")
    figure.update_yaxes(
        autorange="reversed", showgrid=False, tickvals=places, ticktext=[short(one) for one in data_frame[label]]
    )
    figure.update_xaxes(
        title_text=title_x, tickformat=AXIS.get(unit), nticks=5, range=_with_room(data_frame, value, goal)
    )
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
    *,
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
    figure, places = go.Figure(), pd.Series(days(data_frame[x]), index=data_frame.index)
    groups = data_frame.groupby(series, sort=False) if series else [("", data_frame)]
    for place, (name, rows) in enumerate(groups):
        figure.add_bar(
            x=[folded(unnumbered(one)) if title_x else unnumbered(one) for one in places[rows.index]],
            y=rows[value],
            name=str(name),
            marker_color=(palette or {}).get(str(name), SERIES[place % len(SERIES)]),
            customdata=hover(rows[value], unit),
            hovertemplate="%{customdata}" + ("" if series else "<extra></extra>"),
        )
    gap = FEW_GAP if data_frame[x].nunique() <= FEW else 0.25
    drawn(figure, legend=bool(series), barmode="group" if side_by_side else "stack", hovermode="x unified", bargap=gap)
    figure.update_yaxes(title_text=title_y, tickformat=AXIS.get(unit), rangemode="tozero", nticks=6)
    figure.update_xaxes(title_text=title_x, tickangle=0 if title_x else None)
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
    drawn(figure, legend=False)
    figure.update_yaxes(title_text="orders", tickformat="~s", nticks=6, rangemode="tozero")
    figure.update_layout(margin_t=28)
    return figure
