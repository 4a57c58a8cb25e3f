"""The row of key figures at the head of a page."""

from collections.abc import Sequence
from typing import NamedTuple

import dash_bootstrap_components as dbc
import pandas as pd
from dash import html
from vizro.models.types import capture

from consumption.dashboard.numbers import NONE, Unit, change, written


class Kpi(NamedTuple):
    """A key figure: `metric` is its column, and its name among the governed metrics where it is one of them.

    `good`: 1 if more is better, -1 if less is, 0 if neither.
    """

    metric: str
    title: str
    unit: Unit = "count"
    good: int = 1
    hint: str = ""


@capture("figure")
def kpis(data_frame: pd.DataFrame, cards: Sequence[Kpi]) -> html.Div:
    """One card per figure. Rows: `is_now` true, and false for the period before, which may be missing."""
    if note := data_frame.attrs.get("note"):
        return html.Div(html.Div(note, className="ghala-note", role="status"), className="ghala-kpis")
    now = data_frame[data_frame["is_now"].astype(bool)]
    before = data_frame[~data_frame["is_now"].astype(bool)]
    whole = bool(data_frame["is_comparable"].iloc[0]) if "is_comparable" in data_frame else True
    return html.Div(
        [
            _card(kpi, _value(now, kpi.metric), _value(before, kpi.metric) if whole else None)
            for kpi in map(Kpi._make, cards)
        ],
        className="ghala-kpis",
    )


def _value(rows: pd.DataFrame, metric: str) -> object:
    return rows[metric].iloc[0] if len(rows) else None


def _card(kpi: Kpi, now: object, before: object) -> dbc.Card:
    value, unit = written(now, kpi.unit)
    changed = change(now, before, kpi.unit)
    sense = 0 if changed is None else (changed[1] > 0) - (changed[1] < 0)
    mood = {1: "good", -1: "bad"}.get(sense * kpi.good, "even")
    arrow = {1: "▲", -1: "▼"}.get(sense, "")
    foot = [html.Span(f"{arrow} {changed[0]}".strip(), className=f"ghala-{mood}")] if changed else []
    text = kpi.hint or ("vs before" if changed else "no earlier period")
    return dbc.Card(
        [
            html.Div(kpi.title, className="ghala-kpi-title"),
            html.Div(
                [html.Span(value, className="ghala-kpi-number"), html.Span(unit, className="ghala-kpi-unit")],
                className="ghala-kpi-value",
                **{"data-metric": kpi.metric, "data-value": "" if value == NONE else str(now)},
            ),
            html.Div([*foot, html.Span(text, className="ghala-kpi-hint")], className="ghala-kpi-foot"),
        ],
        class_name="ghala-kpi",
    )
