"""What fits a phone: labels below columns, and the widths of the columns of rows."""

from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest

from consumption.dashboard.drawing import folded, short
from consumption.dashboard.tables import NARROW, WIDE, rows


def answer(**columns: Any) -> dict[str, Any]:
    found: dict[str, Any] = rows("any_rows")(data_frame=pd.DataFrame(columns))
    return found


@pytest.mark.parametrize(
    ("given", "shown"),
    [("up to 30 days", "up to 30<br>days"), ("out", "out"), ("supply_chain", "supply_chain"), (7, 7), (None, None)],
)
def test_a_label_below_a_column_is_folded(given: object, shown: object) -> None:
    assert folded(given) == shown


def test_a_label_that_is_null_is_unknown() -> None:
    nulls = duckdb.sql("select * from (values ('tea'), (null)) as t (category)").df()
    assert [short(one) for one in nulls["category"]] == ["tea", "unknown"]


def test_few_columns_share_the_width_and_none_is_narrower_than_what_it_holds() -> None:
    mart, state = answer(mart=["agg_payment_attempts"], state=["ok"])["columns"]
    assert mart["minWidth"] > 9 * len("agg_payment_attempts")
    assert NARROW <= state["minWidth"] < mart["minWidth"]
    assert "width" not in mart
    assert answer(mart=["x" * 200])["columns"][0]["minWidth"] == WIDE


def test_many_columns_have_widths_of_their_own() -> None:
    columns = answer(**{f"column_{number}": ["a word"] for number in range(7)})["columns"]
    assert [(one["minWidth"], one["width"]) for one in columns] == [(NARROW, 124)] * 7


def test_days_are_text_numbers_stand_to_the_right_and_what_is_missing_is_null() -> None:
    found = answer(day=pd.to_datetime([date(2026, 3, 1), None]), qty=[1.5, None])
    assert found["rows"] == [{"day": "2026-03-01", "qty": 1.5}, {"day": None, "qty": None}]
    assert [one.get("type") for one in found["columns"]] == [None, "rightAligned"]


def test_without_rows_the_note_says_why() -> None:
    frame = pd.DataFrame({"day": []})
    frame.attrs["note"] = "nothing yet"
    assert rows("any_rows")(data_frame=frame) == {"note": "nothing yet", "columns": [], "rows": [], "size": None}
