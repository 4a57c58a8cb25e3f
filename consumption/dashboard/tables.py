"""The rows behind the figures of a page."""

from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import html
from vizro.models.types import capture
from vizro.tables import dash_ag_grid

NUMBER = {"function": "params.value == null ? '' : d3.format(',.2~f')(params.value)"}
FEW = 6  # columns that are spread over the width
LETTER, ROOM, NARROW, WIDE = 9, 34, 96, 320  # pixels: a capital or a digit, what stands around a text, the limits
PAGE = 10  # rows that are seen at once: a table does not push the charts off a phone


@capture("ag_grid")
def rows(data_frame: pd.DataFrame) -> Any:
    """A grid of rows with readable headings; numbers to the right, days as text."""
    if note := data_frame.attrs.get("note"):
        return html.Div(note, className="ghala-note", role="status")
    shown = data_frame.copy(deep=False)
    for column in shown.select_dtypes(include=["datetime", "datetimetz"]).columns:
        has_time = bool((shown[column].dropna().dt.normalize() != shown[column].dropna()).any())
        shown[column] = shown[column].dt.strftime("%Y-%m-%d %H:%M" if has_time else "%Y-%m-%d")
    shown = shown.astype(object).where(shown.notna(), None)
    grid: dag.AgGrid = dash_ag_grid(data_frame=shown)()
    numeric = set(data_frame.select_dtypes(include="number").columns)
    spread = len(shown.columns) <= FEW
    grid.columnDefs = [_column(name, shown[name], name in numeric, spread) for name in shown.columns]
    grid.dashGridOptions = {**grid.dashGridOptions, "paginationPageSize": PAGE, "paginationPageSizeSelector": False}
    grid.dashGridOptions |= {"rowHeight": 34, "headerHeight": 36}  # pixels
    grid.defaultColDef = {"resizable": True, "sortable": True, "filter": False}  # the page has the filters
    grid.columnSize = "responsiveSizeToFit" if spread else None
    return grid


def _column(name: str, values: pd.Series, is_number: bool, spread: bool) -> dict[str, Any]:
    """A column; its width is counted here, because the grid measures what it has drawn: 110 ms of a click."""
    words = name.replace("_", " ")
    column: dict[str, Any] = {"field": name, "headerName": words[:1].upper() + words[1:], "minWidth": NARROW}
    if not spread:
        written = (f"{value:,.2f}".removesuffix(".00") if is_number else str(value) for value in values.dropna())
        longest = max([len(words) + 2, *map(len, written)])  # two letters: the arrow of the order
        column["width"] = round(min(max(longest * LETTER + ROOM, NARROW), WIDE))
    return column | ({"type": "rightAligned", "valueFormatter": NUMBER} if is_number else {})
