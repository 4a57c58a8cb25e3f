"""Numbers and periods as people read them."""

from datetime import date

import pytest

from consumption.dashboard.numbers import NONE, Unit, change, compact, written
from consumption.dashboard.period import days_of, is_period, label, months


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (4.94, "4.9"), (1648.3, "1,648"), (9999, "9,999"), (12_345, "12.3 k"), (1_234_567, "1.23 M"),
     (999_999, "1.00 M"), (64_012_345, "64.0 M"), (-2_500_000_000, "-2.50 B"), (123_456_789_012_345, "123 T")],
)  # fmt: skip
def test_compact_numbers_keep_three_digits(value: float, text: str) -> None:
    assert compact(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.9345, "percent", ("93.5", "%")), (1_234_567, "kes", ("1.23 M", "KES")), (None, "kes", (NONE, "")),
     (float("nan"), "count", (NONE, "")), (7.25, "days", ("7.2", "days")), (1362.4, "seconds", ("22.7", "min")),
     (9000, "seconds", ("2.5", "h")), (35, "seconds", ("35.0", "s")), (4.937, "ratio", ("4.94", ""))],
)  # fmt: skip
def test_values_carry_their_unit(value: object, unit: Unit, text: tuple[str, str]) -> None:
    assert written(value, unit) == text


def test_a_share_changes_by_points_and_an_amount_by_per_cent() -> None:
    assert change(0.934, 0.921, "percent") == ("+1.3 pt", 1.3)
    assert change(110, 100, "kes") == ("+10.0 %", 10.0)
    assert change(100, 100.001, "kes") == ("± 0", 0.0)
    assert change(3, 0, "count") == ("from 0", 3)
    assert change(3, None, "count") is None


def test_a_period_is_days_or_a_month() -> None:
    last = date(2026, 3, 2)
    assert days_of("28", last) == (date(2026, 2, 3), last)
    assert days_of("2024-02", last) == (date(2024, 2, 1), date(2024, 2, 29))
    assert days_of("2026-03", last) == (date(2026, 3, 1), last), "the running month ends with the last closed day"
    assert days_of("2026-02", last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert months(date(2025, 11, 30), last) == ["2026-03", "2026-02", "2026-01", "2025-12", "2025-11"]
    assert label("2026-03") == "March 2026"


@pytest.mark.parametrize("text", ["", "0", "29", "2026-13", "2026-3", "'; drop table x", None, 28, ["28"], {"a": 1}])
def test_any_other_text_is_no_period(text: object) -> None:
    assert not is_period(text)
