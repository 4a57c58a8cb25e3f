"""The rows behind the figures of a page.

Vizro's table is made anew for each answer, and the browser then works out the styles of the whole page again. Here the
grid stays, and an answer brings it columns and rows.
"""

from typing import Any, Literal

import dash_ag_grid as dag
import pandas as pd
import vizro.models as vm
from dash import Input, Output, clientside_callback, dcc, html
from vizro.models.types import capture

from consumption.dashboard.panel import panel, store_of

NUMBER = {"function": "params.value == null ? '' : d3.format(',.2~f')(params.value)"}
FEW = 6  # columns that are spread over the width
LETTER, ROOM, NARROW, WIDE = 9, 34, 96, 320  # pixels: a capital or a digit, what stands around a text, the limits
PAGE = 10  # rows that are seen at once: a table does not push the charts off a phone
OPTIONS = {
    "animateRows": False,
    "domLayout": "autoHeight",
    "pagination": True,
    "paginationPageSize": PAGE,
    "paginationPageSizeSelector": False,
    "rowHeight": 34,  # pixels, as the next
    "headerHeight": 36,
    "suppressCellFocus": True,
    "suppressRowHoverHighlight": True,
    "theme": {"function": "vizroTheme(themeQuartz, agGrid)"},
}
COLUMN = {"resizable": True, "sortable": True, "filter": False}  # the page has the filters
SHOW = """answer => answer
    ? [answer.note, !answer.note, {display: answer.note ? 'none' : 'block'}, answer.columns, answer.rows, answer.size]
    : Array(6).fill(window.dash_clientside.no_update)"""


@capture("ag_grid")
def rows(data_frame: pd.DataFrame) -> dict[str, Any]:
    """Columns with readable headings, and rows with days as text; or a note that says why there are none."""
    if note := data_frame.attrs.get("note"):
        return {"note": note, "columns": [], "rows": [], "size": None}
    shown = data_frame.copy(deep=False)
    for column in shown.select_dtypes(include=["datetime", "datetimetz"]).columns:
        has_time = bool((shown[column].dropna().dt.normalize() != shown[column].dropna()).any())
        shown[column] = shown[column].dt.strftime("%Y-%m-%d %H:%M" if has_time else "%Y-%m-%d")
    shown = shown.astype(object).where(shown.notna(), None)
    numeric = set(data_frame.select_dtypes(include="number").columns)
    spread = len(shown.columns) <= FEW
    return {
        "note": "",
        "columns": [_column(name, shown[name], name in numeric, spread) for name in shown.columns],
        "rows": shown.to_dict(orient="records"),
        "size": "responsiveSizeToFit" if spread else None,
    }


class Rows(vm.Table):
    """Vizro's table but for the way of the answer to the page."""

    type: Literal["rows"] = "rows"

    @property
    def _action_outputs(self) -> dict[str, str]:
        return {"__default__": f"{store_of(self.id)}.data"}

    def __call__(self, **arguments: Any) -> dict[str, Any]:
        """What `rows` says, as JSON."""
        answer: dict[str, Any] = self.figure(**arguments)
        return answer

    def build(self) -> dcc.Loading:
        """Heading, grid, note, and the store of the answer."""
        note, grid = f"{self.id}_note", self._inner_component_id
        clientside_callback(
            SHOW,
            Output(note, "children"),
            Output(note, "hidden"),
            Output(grid, "style"),
            Output(grid, "columnDefs"),
            Output(grid, "rowData"),
            Output(grid, "columnSize"),
            Input(store_of(self.id), "data"),
            prevent_initial_call=True,
            hidden=True,
        )
        shown = [
            html.Div(id=note, className="ghala-note", role="status", hidden=True),
            dag.AgGrid(
                id=grid,
                className="ag-theme-vizro",
                defaultColDef=COLUMN,
                dashGridOptions=OPTIONS,
            ),
        ]
        return panel(self.id, self.title, self.header, html.Div(shown, id=self.id, className="table-container"))


vm.Page.add_type("components", Rows)


def _column(name: str, values: pd.Series, is_number: bool, spread: bool) -> dict[str, Any]:
    """A column; its width is counted here, because the grid measures what it has drawn: 110 ms of a click.

    Spread over the width, it is at least so wide: a phone rather scrolls than cuts off all names.
    """
    words = name.replace("_", " ")
    written = (f"{value:,.2f}".removesuffix(".00") if is_number else str(value) for value in values.dropna())
    longest = max([len(words) + 2, *map(len, written)])  # two letters: the arrow of the order
    width = round(min(max(longest * LETTER + ROOM, NARROW), WIDE))
    column = {"field": name, "headerName": words[:1].upper() + words[1:], "minWidth" if spread else "width": width}
    column |= {} if spread else {"minWidth": NARROW}
    return column | ({"type": "rightAligned", "valueFormatter": NUMBER} if is_number else {})
