"""What stands around a chart or a grid of rows: its heading, its text, and the store that takes the server's answer."""

from typing import Any

from dash import dcc, html


def store_of(name: str) -> str:
    """The store of the page into which the server puts the answer of a figure."""
    return f"{name}_answer"


def panel(name: str, title: str, header: str, *shown: Any) -> dcc.Loading:
    """A figure in its panel; what waits for an answer is pale."""
    parts = [
        dcc.Store(id=store_of(name)),
        html.H3(html.Span(title, id=f"{name}_title"), className="figure-title"),
        html.Div(html.P(header), className="figure-header") if header else None,
        *shown,
    ]
    return dcc.Loading(
        html.Div(parts, className="figure-container"),
        color="grey",
        parent_className="loading-container",
        overlay_style={"visibility": "visible", "opacity": 0.3},
    )
