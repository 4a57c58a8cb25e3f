"""Numbers as people write them, words for nothing, and blanks: exact, or the row is refused with what was written."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.errors import ConfigError
from orchestration.ingest.model import NumberForm
from orchestration.ingest.notation import plain_number
from tests.python.ingest.project import CSV, Project, contract, make

ENGLISH = {"thousands": ",", "currency": ["$", "KES"], "parentheses": True}
GERMAN = {"thousands": ".", "decimal": ","}
FRENCH = {"thousands": " ", "decimal": ",", "currency": ["€"]}


def landed(folder: Path, spec: dict[str, Any], texts: list[str]) -> tuple[list[Any], list[str]]:
    """The values that landed, and the texts of those that did not."""
    columns = {"id": {"type": "BIGINT", "primaryKey": True}, "value": spec}
    document = contract(columns, {**CSV, "cursor": "id", "delimiter": "|"}, custom={"blockThreshold": 100})
    project: Project = make(folder, document)
    project.send("id|value\n" + "".join(f'{n}|"{text}"\n' for n, text in enumerate(texts)))
    (record,) = project.land()
    bad = project.bad_rows(record)["value"].to_list() if record.quarantined else []
    return project.rows(record)["value"].to_list(), bad


def number(type_: str, form: dict[str, Any]) -> dict[str, Any]:
    return {"type": type_, "customProperties": [{"property": "numberFormat", "value": form}]}


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        (ENGLISH, " $43.23 ", "43.23"),
        (ENGLISH, "-$1,234,567.80", "-1234567.80"),
        (ENGLISH, "$-5", "-5.00"),
        (ENGLISH, "KES 1,000", "1000.00"),
        (ENGLISH, "1000 KES", "1000.00"),
        (ENGLISH, "($12.50)", "-12.50"),
        (ENGLISH, "1234.5", "1234.50"),
        (GERMAN, "1.234,50", "1234.50"),
        (GERMAN, "+0,05", "0.05"),
        (FRENCH, "1\u00a0234\u202f567,89 €", "1234567.89"),
    ],
)
def test_a_notation_is_read_exactly(tmp_path: Path, form: dict[str, Any], text: str, value: str) -> None:
    assert landed(tmp_path, number("DECIMAL(18,2)", form), [text]) == ([Decimal(value)], [])


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (ENGLISH, "1,23"),
        (ENGLISH, "12,34,567"),
        (ENGLISH, "1.234,50"),
        (ENGLISH, "€5"),
        (ENGLISH, "--5"),
        (ENGLISH, "-$-5"),
        (ENGLISH, "$"),
        (ENGLISH, "(5"),
        (ENGLISH, "1.005"),
        (ENGLISH, "1e3"),
        (ENGLISH, "NaN"),
        (ENGLISH, "inf"),
        (GERMAN, "1,234.50"),
        ({"currency": ["$"]}, "1,234"),
        ({"currency": ["$"]}, "($5)"),
    ],
)
def test_another_notation_is_refused_and_kept_as_it_was_written(
    tmp_path: Path, form: dict[str, Any], text: str
) -> None:
    assert landed(tmp_path, number("DECIMAL(18,2)", form), [text]) == ([], [text])


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**30), max_value=10**30),
    st.sampled_from([(",", "."), (".", ","), ("'", "."), (" ", ","), ("", ".")]),
)
def test_a_grouped_number_comes_back_with_all_its_digits(value: Decimal, marks: tuple[str, str]) -> None:
    thousands, decimal = marks
    text = f"{value:,.4f}".translate(str.maketrans({",": thousands, ".": decimal}))
    frame = pl.DataFrame({"value": [text]}).select(plain_number(pl.col("value"), NumberForm(thousands, decimal)))
    assert Decimal(frame.item()) == value


def test_words_for_nothing_are_null_and_blanks_are_trimmed_before_the_cast(tmp_path: Path) -> None:
    custom = [{"property": "nullValues", "value": ["n/a", ""]}, {"property": "trim", "value": True}]
    spec = {"type": "BIGINT", "customProperties": custom}
    assert landed(tmp_path, spec, [" 7 ", " n/a", "   ", "N/A"]) == ([7, None, None], ["N/A"])


def test_a_required_column_does_not_take_a_word_for_nothing(tmp_path: Path) -> None:
    spec = {"type": "VARCHAR", "required": True, "customProperties": [{"property": "nullValues", "value": ["-"]}]}
    assert landed(tmp_path, spec, ["a", "-"]) == (["a"], ["-"])


@pytest.mark.parametrize(
    ("type_", "form", "problem"),
    [
        ("DATE", {"thousands": ","}, "is for numbers"),
        ("BIGINT", {"thousands": "."}, "for thousands and for decimals"),
        ("BIGINT", {"thousand": ","}, "did you mean 'thousands'"),
    ],
)
def test_a_number_format_that_cannot_work_is_refused(
    tmp_path: Path, type_: str, form: dict[str, Any], problem: str
) -> None:
    made = make(tmp_path, contract({"value": number(type_, form)}, {**CSV, "cursor": "value"}))
    with pytest.raises(ConfigError, match=problem):
        _ = made.contracts


@pytest.mark.parametrize(
    ("codec", "encoding"), [("utf-16", "utf-16"), ("cp1252", ["utf-8", "cp1252"]), ("utf-8-sig", "utf-8")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_end_of_line_gives_the_same_rows(
    tmp_path: Path, codec: str, encoding: str | list[str], end: str
) -> None:
    columns = {"id": {"type": "BIGINT", "primaryKey": True}, "value": {"type": "VARCHAR"}}
    project = make(tmp_path, contract(columns, {**CSV, "cursor": "id", "encoding": encoding}))
    project.send(end.join(["id,value", "1,€ “x”", "2,Zoë", ""]).encode(codec))
    (record,) = project.land()
    assert project.rows(record).rows() == [(1, "€ “x”"), (2, "Zoë")]
