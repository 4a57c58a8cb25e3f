"""Charts made of bars: rankings, columns, the waterfall."""

from collections.abc import Mapping

import pandas as pd
from vizro.models.types import capture

from consumption.dashboard.drawing import (
    BAD,
    FEW,
    FEW_GAP,
    GOOD,
    MAIN,
    MARGIN,
    QUIET,
    SERIES,
    Axis,
    Figure,
    axis,
    drawn,
    empty,
    folded,
    hover,
    is_timeline,
    places,
    short,
    unnumbered,
    values,
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
) -> Figure:
    """Horizontal bars, the first row on top; a click gives `key`, by default the label. `goal`: a column of marks."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    texts, ranks = hover(data_frame[value], unit), list(range(len(data_frame)))
    bars = {
        "type": "bar",
        "y": ranks,
        "x": values(data_frame[value]),
        "orientation": "h",
        "marker": {"color": color},
        "text": [text.removesuffix(" KES") for text in texts],  # the axis says it; a phone has no room for it
        "textposition": "none" if goal else "outside",
        "textfont": {"size": 11},
        "constraintext": "none",
        "cliponaxis": False,
        "customdata": list(zip(values(data_frame[key or label]), values(data_frame[label]), texts, strict=True)),
        "hovertemplate": "%{customdata[1]}: %{customdata[2]}<extra></extra>",
        "name": title_x,
    }
    marks = goal and {
        "type": "scatter",
        "y": ranks,
        "x": values(data_frame[goal]),
        "mode": "markers",
        "marker": {"symbol": "line-ns", "size": 9, "line": {"width": 2, "color": QUIET}},
        "name": goal.replace("_", " "),
        "customdata": hover(data_frame[goal], unit),
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    labels, seen = [short(one) for one in data_frame[label]], _with_room(data_frame, value, goal)
    steps: Axis = {"dtick": 1} if unit == "count" and seen[1] <= FEW else {"nticks": 5}  # there is no half of one
    return drawn(
        [bars, marks] if marks else [bars],
        axis(title_x, unit, range=seen, **steps),
        axis(words=True, autorange="reversed", showgrid=False, tickvals=ranks, ticktext=labels),
        legend=bool(goal),
        hovermode="closest",
    )


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
) -> Figure:
    """Columns, on or beside each other when there are `series`, in the order in which the rows bring them."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    where = pd.Series(places(data_frame[x]), index=data_frame.index)
    groups = data_frame.groupby(series, sort=False) if series else [("", data_frame)]
    columns = [
        {
            "type": "bar",
            "x": [folded(unnumbered(one)) if title_x else unnumbered(one) for one in where[rows.index]],
            "y": values(rows[value]),
            "name": str(name),
            "marker": {"color": (palette or {}).get(str(name), SERIES[number % len(SERIES)])},
            "customdata": hover(rows[value], unit),
            "hovertemplate": "%{customdata}" + ("" if series else "<extra></extra>"),
        }
        for number, (name, rows) in enumerate(groups)
    ]
    is_time = is_timeline(data_frame[x])
    return drawn(
        columns,
        axis(title_x, words=not is_time, tickangle=0 if title_x or is_time else None),
        axis(title_y, unit, rangemode="tozero", nticks=6),
        legend=bool(series),
        barmode="group" if side_by_side else "stack",
        hovermode="x unified",
        bargap=FEW_GAP if data_frame[x].nunique() <= FEW else 0.25,
    )


@capture("graph")
def waterfall(data_frame: pd.DataFrame, label: str, value: str, total: str) -> Figure:
    """From all down to what is left; `total` marks the rows (first and last) that stand on the ground."""
    if note := data_frame.attrs.get("note"):
        return empty(note)
    texts = [compact(float(one)) for one in data_frame[value]]
    steps = {
        "type": "waterfall",
        "x": values(data_frame[label]),
        "y": values(data_frame[value]),
        "measure": ["absolute" if one else "relative" for one in data_frame[total].astype(bool)],
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "decreasing": {"marker": {"color": BAD}},
        "increasing": {"marker": {"color": GOOD}},
        "totals": {"marker": {"color": MAIN}},
        "connector": {"line": {"color": QUIET, "width": 1}},
        "hovertemplate": "%{x}: %{text} orders<extra></extra>",
    }
    y = axis("orders", "count", nticks=6, rangemode="tozero")
    return drawn([steps], axis(words=True), y, legend=False, margin=MARGIN | {"t": 28})
