"""The CSV of the rows of a page: a spreadsheet that opens it computes nothing."""

import csv
from typing import Any

import pytest
import vizro.actions as va

from consumption.dashboard.parts import table
from consumption.dashboard.saved import Saved, harmless


@pytest.mark.parametrize(
    ("cell", "saved"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+254 cmd", "'+254 cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-12.50", "-12.50"),
        ("plain, = and 'quoted'", "plain, = and 'quoted'"),
        ('two\nlines "and" more', 'two\nlines "and" more'),
        ("", ""),
    ],
)
def test_a_text_is_no_formula_and_a_number_stays_one(cell: str, saved: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    rows = list(csv.reader(harmless(f"name,qty\n{quoted},-3\n").splitlines(keepends=True)))
    assert rows == [["name", "qty"], [saved, "-3"]]


def test_the_button_of_each_page_saves_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def export(_: Any, __: Any) -> dict[str, dict[str, str]]:
        return {"download_dataframe_sales_rows": {"content": "product\n=1+1\n", "filename": "sales_rows.csv"}}

    monkeypatch.setattr(va.export_data, "function", export)
    [action] = table("any_rows", "Rows")[1].actions
    assert isinstance(action, Saved)
    assert action.function({}) == {
        "download_dataframe_sales_rows": {"content": "product\n'=1+1\n", "filename": "sales_rows.csv"}
    }
