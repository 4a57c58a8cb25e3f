"""Strict casts: a value arrives exactly, or its row is refused."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.ingest.check import Checker, Tally, checker, split
from orchestration.ingest.reasons import decode
from tests.python.ingest.project import CSV, contract, make

TEXTS = st.one_of(
    st.none(),
    st.sampled_from(["", " 1", "1 ", "+5", "007", "1e3", "1,5", "1.", ".5", "-0", "NaN", "inf", "9007199254740993",
                     "9223372036854775808", "1.005", "1.500", "12345678.90", "2026-02-29", "2024-02-29", "24-01-05",
                     "2026-03-10T23:00:00+03:00", "2026-03-10 08:00:00", "2026-13-01", "true", "TRUE", "no", "é"]),
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(-(10**9), 10**9, places=4, allow_nan=False).map(str),
    st.text(max_size=5),
)  # fmt: skip


def one_column(tmp: Path, type_: str, **spec: Any) -> Checker:
    made = make(tmp, contract({"value": {"type": type_, **spec}}, {**CSV, "cursor": "value"}))
    return checker(made.contracts[0])


def outcome(check: Checker, values: list[str | None]) -> tuple[list[Any], list[tuple[str, ...]]]:
    """The good values, and the names of the reasons of each bad one."""
    raw = pl.DataFrame({column.source_name: pl.Series(values, dtype=pl.String) for column in check.contract.columns})
    good, bad = split(check, raw, Tally())
    names = tuple(reason.id for reason in check.reasons)
    return good.to_series().to_list(), [] if bad is None else [decode(mask, names) for mask in bad["_reasons"]]


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("BIGINT", "9007199254740993", 9007199254740993),
        ("BIGINT", "9223372036854775808", None),
        ("BIGINT", "1.0", None),
        ("BIGINT", " 1", None),
        ("BIGINT", "1e3", None),
        ("INTEGER", "2147483648", None),
        ("DECIMAL(9,2)", "1.5", Decimal("1.50")),
        ("DECIMAL(9,2)", "1.500", Decimal("1.50")),
        ("DECIMAL(9,2)", "1.505", None),
        ("DECIMAL(9,2)", "1e2", None),
        ("DECIMAL(9,2)", "12345678.90", None),
        ("DECIMAL(9,2)", "1,5", None),
        (
            "DECIMAL(38,10)",
            "1234567890123456789012345678.0123456789",
            Decimal("1234567890123456789012345678.0123456789"),
        ),
        ("DATE", "2024-02-29", date(2024, 2, 29)),
        ("DATE", "2026-02-29", None),
        ("DATE", "24-02-29", None),
        ("DATE", "2026-03-10 00:00:00", None),
        ("TIMESTAMP", "2026-03-10 08:00:00", datetime(2026, 3, 10, 8)),
        ("TIMESTAMP", "2026-03-10T23:30:00.25+03:00", datetime(2026, 3, 10, 20, 30, 0, 250_000)),
        ("TIMESTAMP", "2026-03-10T08:00:00Z", datetime(2026, 3, 10, 8)),
        ("TIMESTAMP", "2026-03-10", None),
        ("BOOLEAN", "TRUE", True),
        ("BOOLEAN", "f", False),
        ("BOOLEAN", "maybe", None),
        ("DOUBLE", "1e3", 1000.0),
        ("DOUBLE", "NaN", None),
        ("VARCHAR", "007 ", "007 "),
    ],
)
def test_a_text_is_cast_exactly_or_not_at_all(tmp_path: Path, type_: str, text: str, value: Any) -> None:
    good, bad = outcome(one_column(tmp_path, type_), [text])
    assert (good, bad) == ([value], []) if value is not None else (good, bad) == ([], [("value_type",)])


def test_every_form_of_a_time_is_found_in_one_batch(tmp_path: Path) -> None:
    forms = ["2026-03-10 08:00:00", "2026-03-10T08:00:00Z", "2026-03-10T11:00:00.000+03:00", "2026-03-10 08:00", "8 am"]
    good, bad = outcome(one_column(tmp_path, "TIMESTAMP"), [*forms])
    assert good == [datetime(2026, 3, 10, 8)] * 4 and bad == [("value_type",)]


def test_a_date_format_of_the_contract_replaces_the_standard_one(tmp_path: Path) -> None:
    check = one_column(tmp_path, "TIMESTAMP", logicalTypeOptions={"format": "dd/MM/yyyy HH:mm"})
    assert outcome(check, ["10/03/2026 08:15", "2026-03-10 08:15:00"]) == (
        [datetime(2026, 3, 10, 8, 15)],
        [("value_type",)],
    )


@given(values=st.lists(TEXTS, max_size=20), type_=st.sampled_from(["BIGINT", "DECIMAL(9,2)", "INTEGER"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_number_changes_its_value_and_no_row_is_lost(tmp_path: Path, values: list[str | None], type_: str) -> None:
    check = one_column(tmp_path, type_)
    good, bad = split(check, pl.DataFrame({"value": pl.Series(values, dtype=pl.String)}), Tally())
    refused = set() if bad is None else set(bad["_row"])
    landed = iter(good["value"])
    for position, text in enumerate(values, 1):
        if position in refused:
            assert text is not None and not _must_land(text, type_), text
        else:
            value = next(landed)
            assert value is None if text is None else value == Decimal(text), text
    assert next(landed, "end") == "end"


def _must_land(text: str, type_: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return (
        text == str(number) and "E" not in text and number.is_finite() and abs(number) < 10**6 and _fits(number, type_)
    )


def _fits(number: Decimal, type_: str) -> bool:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent >= -2 if type_.startswith("DECIMAL") else exponent == 0
