"""A chart that the browser draws once for each answer.

Vizro's own is drawn as the server sends it, without its theme, and again when a callback in the browser has put the
theme in: a third of the time that a filter took. Here the answer goes into a store, and from there with its theme into
the chart. What all charts look like is in the themes, so it is neither made nor sent with each of them.
"""

from typing import Any, Literal

import plotly.io as pio
import vizro.models as vm
from dash import ClientsideFunction, Input, Output, State, clientside_callback, dcc

from consumption.dashboard.panel import panel, store_of

FONT = 12
AXIS = {
    "title": {"font": {"size": FONT}, "standoff": 8},
    "tickfont": {"size": FONT},
    # To hide what overflows, plotly would measure each label again; the margins already have room for it.
    "ticklabeloverflow": "allow",
}
LAYOUT = {
    "font": {"size": FONT},
    "xaxis": AXIS,
    "yaxis": AXIS,
    # at the top of the panel: above the plot, it stays where the plot began before its margins were known
    "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "top", "yref": "container", "traceorder": "normal"},
    "hoverlabel": {"align": "left"},
    "uniformtext": {"mode": False},
    "modebar": {"remove": ["select2d", "lasso2d"]},
}
BARE = {"visible": False}
CLEAR = "rgba(0,0,0,0)"
NOTHING_YET = {"layout": {"paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR, "xaxis": BARE, "yaxis": BARE}}
DRAW = """(answer, isLight, themes) => answer
    ? {...answer, layout: {...answer.layout, template: themes[isLight ? 'vizro_light' : 'vizro_dark']}}
    : window.dash_clientside.no_update"""


def themes() -> None:
    """Put the look of all charts into both themes; to be called before the dashboard is built."""
    for name in ("vizro_light", "vizro_dark"):
        pio.templates[name].layout.update(LAYOUT)


class Chart(vm.Graph):
    """Vizro's graph but for the way of the answer to the page."""

    type: Literal["chart"] = "chart"

    @property
    def _action_outputs(self) -> dict[str, str]:
        return {"__default__": f"{store_of(self.id)}.data"}

    def __call__(self, **arguments: Any) -> dict[str, Any]:
        """The figure without a theme, as JSON."""
        figure: dict[str, Any] = self.figure(**arguments)
        return figure

    def build(self) -> dcc.Loading:
        """Heading, chart and the stores of its answer and of what was clicked."""
        clientside_callback(
            DRAW,
            Output(self.id, "figure"),
            Input(store_of(self.id), "data"),
            Input("theme-selector", "data"),
            State("vizro_themes", "data"),
            prevent_initial_call=True,
            hidden=True,
        )
        clientside_callback(
            ClientsideFunction(namespace="graph", function_name="update_graph_action_trigger"),
            Output(f"{self.id}_action_trigger", "data"),
            Input(self.id, "clickData"),
            Input(self.id, "selectedData"),
            State(self.id, "figure"),
            State(self.id, "id"),
            prevent_initial_call=True,
            hidden=True,
        )
        clicked = dcc.Store(id=f"{self.id}_action_trigger")
        graph = dcc.Graph(id=self.id, figure=NOTHING_YET, **self.extra)
        return panel(self.id, self.title, self.header, clicked, graph)


vm.Page.add_type("components", Chart)
