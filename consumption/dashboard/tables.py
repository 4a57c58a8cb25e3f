"""The rows behind the figures of a page.

Vizro's table is made anew for each answer, and the browser then works out the styles of the whole page again. Here the
grid stays, and an answer brings it columns and rows.
"""

from typing import Any, Literal

import dash_ag_grid as dag
import numpy as np
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
    names, spread = list(data_frame.columns), len(data_frame.columns) <= FEW
    shown = [_plain(data_frame[name]) for name in names]
    return {
        "note": "",
        "columns": [
            _column(name, values, pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind), spread)
            for name, values, kind in zip(names, shown, data_frame.dtypes, strict=True)
        ],
        "rows": [dict(zip(names, row, strict=True)) for row in zip(*shown, strict=True)],
        "size": "responsiveSizeToFit" if spread else None,
    }


def _plain(column: pd.Series) -> list[Any]:
    """Values as JSON has them; days and times as text, what is missing as null."""
    missing = column.isna()
    if pd.api.types.is_datetime64_any_dtype(column):
        has_time = bool((column.dt.normalize() != column)[~missing].any())
        texts = np.datetime_as_string(column.to_numpy(dtype="datetime64[m]"), unit="m" if has_time else "D")
        values = [text.replace("T", " ") for text in texts]
    else:
        values = column.tolist()
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


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


def _column(name: str, values: list[Any], is_number: bool, spread: bool) -> dict[str, Any]:
    """A column; its width is counted here, because the grid measures what it has drawn: 110 ms of a click.

    Spread over the width, it is at least so wide: a phone rather scrolls than cuts off all names.
    """
    words, known = name.replace("_", " "), [value for value in values if value is not None]
    longest = max(len(words) + 2, *_lengths(known, is_number))  # two letters: the arrow of the order
    width = round(min(max(longest * LETTER + ROOM, NARROW), WIDE))
    column = {"field": name, "headerName": words[:1].upper() + words[1:], "minWidth" if spread else "width": width}
    column |= {} if spread else {"minWidth": NARROW}
    return column | ({"type": "rightAligned", "valueFormatter": NUMBER} if is_number else {})


def _lengths(known: list[Any], is_number: bool) -> list[int]:
    """Characters of the values that may be the longest: of numbers those are the least and the largest."""
    if not is_number:
        return [len(str(value)) for value in known] or [0]
    digits = 0 if all(float(value).is_integer() for value in known) else 2
    return [len(f"{value:,.{digits}f}") for value in (min(known), max(known))] if known else [0]
