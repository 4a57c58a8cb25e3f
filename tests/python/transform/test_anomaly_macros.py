"""The anomaly macros on small series whose answers are known."""

from datetime import timedelta
from typing import Any

import duckdb
import pytest

from benchmarks.detection_sql import render
from tests.python.transform.anomaly_series import FIRST, Row, flagged, verdicts, weekly

DETECTORS = ("anomaly_zscore", "anomaly_iqr", "anomaly_volatility", "anomaly_seasonal")
NUMBERS = ("value", "expected", "low", "high", "z")


def changed(days: int, changes: dict[int, float | None], level: float = 1000.0) -> list[float | None]:
    values = weekly(days, level)
    for day, value in changes.items():
        values[day] = value
    return values


def one(detector: str, values: list[float | None], **arguments: Any) -> dict[int, str]:
    return {day: reason for (_, day), reason in flagged(verdicts(detector, {"a": values}, **arguments)).items()}


@pytest.mark.parametrize("detector", DETECTORS)
def test_five_days_of_history_are_none(detector: str) -> None:
    assert one(detector, [100, 100, 100, 100, 0]) == {}


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("kind", ["'count'", "'rate'", "'value'"])
def test_a_series_that_never_changes_is_silent(detector: str, kind: str) -> None:
    assert one(detector, [0.25] * 100, kind=kind) == {}


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("kind", ["'count'", "'rate'"])
def test_a_series_of_zeros_is_silent(detector: str, kind: str) -> None:
    assert one(detector, [0.0] * 100, kind=kind) == {}


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_series_of_nulls_is_silent(detector: str) -> None:
    assert one(detector, [None] * 100, kind="'value'") == {}


@pytest.mark.parametrize("detector", DETECTORS)
def test_the_jump_after_a_constant_series_is_found(detector: str) -> None:
    found = verdicts(detector, {"a": [100.0] * 60 + [500.0]}, kind="'value'")
    assert flagged(found).keys() == {("a", 60)}
    row = found["a", 60]
    assert (row["value"], round(row["expected"], 6)) == (500, 100)
    assert row["high"] < 500


@pytest.mark.parametrize("detector", ["anomaly_zscore", "anomaly_iqr", "anomaly_seasonal"])
def test_a_flagged_bucket_says_value_expected_band_and_reason(detector: str) -> None:
    row = verdicts(detector, {"a": changed(80, {70: 9000})})["a", 70]
    assert all(row[name] is not None for name in NUMBERS)
    assert row["low"] < row["expected"] < row["high"] < row["value"]
    assert row["z"] > 3
    assert "above" in row["reason"]


def test_zscore_is_that_of_the_earlier_days() -> None:
    row = verdicts("anomaly_zscore", {"a": [1.0, 3.0] * 20 + [5.0]}, kind="'value'")["a", 40]
    assert row["expected"] == 2
    assert row["z"] == pytest.approx(3 / 1.0127, rel=1e-3)  # the deviation of twenty 1 and twenty 3
    assert row["reason"] is None
    assert one("anomaly_zscore", [1.0, 3.0] * 20 + [5.1], kind="'value'").keys() == {40}


def test_iqr_counts_from_the_quartiles() -> None:
    values = [float(day % 4) for day in range(40)]  # quartiles 0.75 and 2.25: up to 6.75
    assert one("anomaly_iqr", [*values, 6.7], kind="'value'") == {}
    assert one("anomaly_iqr", [*values, 6.8], kind="'value'").keys() == {40}


def test_volatility_compares_with_the_day_before() -> None:
    values: list[float | None] = [100.0] * 30
    assert one("anomaly_volatility", [*values, 150.0], kind="'value'") == {}
    assert one("anomaly_volatility", [*values, 151.0, 100.0], kind="'value'").keys() == {30}
    assert one("anomaly_volatility", [*values, 49.0], kind="'value'").keys() == {30}


def test_a_window_forgets_what_is_older() -> None:
    values: list[float | None] = [1000.0 + day % 3 for day in range(60)] + [10.0 + day % 3 for day in range(40)]
    assert 99 not in one("anomaly_zscore", values, kind="'value'", window_days=30)
    assert one("anomaly_zscore", [*values, 30.0], kind="'value'", window_days=30).keys() >= {100}
    assert 100 not in one("anomaly_zscore", [*values, 30.0], kind="'value'")


def test_weekdays_are_no_anomaly() -> None:
    assert one("anomaly_seasonal", weekly(200)) == {}


@pytest.mark.parametrize("day", range(70, 77))
def test_a_partial_day_is_found_on_each_weekday(day: int) -> None:
    value = weekly(90)[day] or 0
    assert one("anomaly_seasonal", changed(90, {day: round(value * 0.7)})) == {day: "below what this day brings"}


def test_a_change_below_the_least_effect_is_none() -> None:
    value = weekly(90)[70] or 0
    slightly = changed(90, {70: round(value * 0.87)})
    assert one("anomaly_seasonal", slightly, threshold=2) == {}
    assert one("anomaly_seasonal", slightly, threshold=2, least_effect=0.05).keys() == {70}


def test_a_day_without_rows_is_zero_even_if_it_has_no_bucket() -> None:
    assert "nothing where" in one("anomaly_seasonal", changed(90, {70: 0}))[70]
    values = changed(90, {})
    rows = verdicts("anomaly_seasonal", {"a": values, "b": values[:71]})  # b has no rows from day 71 on
    assert {day for name, day in flagged(rows) if name == "b"} >= {71, 72}
    assert rows["b", 71]["value"] == 0


def test_a_missing_value_is_named_where_there_always_was_one() -> None:
    found = one("anomaly_seasonal", changed(90, {70: None}), kind="'value'")
    assert found == {70: "no value on a day that always has one"}
    sparse = [value if day % 7 < 5 else None for day, value in enumerate(weekly(90))]
    assert one("anomaly_seasonal", sparse, kind="'value'") == {}


def test_nulls_are_no_baseline() -> None:
    sparse = [None if day % 3 == 0 else 0.3 for day in range(90)]
    found = verdicts("anomaly_seasonal", {"a": sparse}, kind="'rate'")
    assert flagged(found) == {}
    assert found["a", 88]["expected"] == pytest.approx(0.3)
    assert one("anomaly_seasonal", [*sparse, 0.8], kind="'rate'").keys() == {90}


def test_the_same_incident_three_weeks_in_a_row_is_found_each_time() -> None:
    assert one("anomaly_seasonal", changed(110, {70: 0, 77: 0, 84: 0})).keys() == {70, 77, 84}
    assert one("anomaly_seasonal", changed(110, {70: 9000, 77: 9000, 84: 9000})).keys() == {70, 77, 84}


def test_a_lasting_level_is_news_once() -> None:
    values = weekly(60) + [round((value or 0) * 2) for value in weekly(140)[60:]]
    days = one("anomaly_seasonal", values).keys()
    assert min(days) == 60
    assert max(days) < 60 + 21


def test_a_stuck_value_is_found_on_the_third_day() -> None:
    values = changed(120, dict.fromkeys(range(100, 106), weekly(120)[100]))
    assert "the same value" in one("anomaly_seasonal", values, threshold=1000)[102]


def test_slow_loss_is_a_drift() -> None:
    values = [round((value or 0) * 0.985 ** max(day - 150, 0)) for day, value in enumerate(weekly(200))]
    assert any("drifts below" in reason for reason in one("anomaly_seasonal", values).values())


def test_scatter_within_the_band_is_unrest() -> None:
    values = [
        round((value or 0) * (0.9 if day % 2 else 1.1)) if day >= 100 else value
        for day, value in enumerate(weekly(120))
    ]
    assert any("scatters" in reason for reason in one("anomaly_seasonal", values).values())


def test_the_tested_point_is_not_in_its_own_baseline() -> None:
    low, high = (verdicts("anomaly_seasonal", {"a": changed(90, {89: value})})["a", 89] for value in (0, 5000))
    assert {name: low[name] for name in ("expected", "low", "high")} == {
        name: high[name] for name in ("expected", "low", "high")
    }


def five_peers(days: int, factor: float, day: int) -> dict[str, list[float | None]]:
    return {
        f"p{number}": changed(days, {day: round((weekly(days, 500.0 * number)[day] or 0) * factor)}, 500.0 * number)
        for number in range(1, 7)
    }


def test_what_happens_to_all_peers_is_expected_and_an_outage_of_all_is_not() -> None:
    shared = verdicts("anomaly_seasonal", five_peers(90, 0.75, 70), peers=["kind"])
    assert flagged(shared) == {}
    assert len(flagged(verdicts("anomaly_seasonal", five_peers(90, 0.75, 70)))) == 6
    assert len(flagged(verdicts("anomaly_seasonal", five_peers(90, 0.0, 70), peers=["kind"]))) == 6
    assert len(flagged(verdicts("anomaly_seasonal", five_peers(90, 0.3, 70), peers=["kind"]))) == 6


def test_a_usual_value_is_not_wrong_because_its_peers_are() -> None:
    series = five_peers(90, 0.0, 70) | {"well": weekly(90)}
    assert ("well", 70) not in flagged(verdicts("anomaly_seasonal", series, peers=["kind"]))


def test_a_first_holiday_is_unknown_and_the_second_is_compared() -> None:
    values, days = weekly(500), {70: "Fair", 435: "Fair"}
    values[70], values[435] = round((values[70] or 0) / 2), round((values[435] or 0) / 2)
    assert flagged(verdicts("anomaly_seasonal", {"a": values}, holidays=days)) == {}
    values[435] = 4000.0
    assert flagged(verdicts("anomaly_seasonal", {"a": values}, holidays=days)).keys() == {("a", 435)}


def test_month_ends_are_learnt() -> None:
    last = [(FIRST + timedelta(days=day + 1)).day == 1 for day in range(300)]
    values = [round((value or 0) * (1.8 if last[day] else 1)) for day, value in enumerate(weekly(300))]
    assert {day for day in one("anomaly_seasonal", values) if day > 90} == set()
    assert {day for day in one("anomaly_seasonal", values, month_end="false") if day > 90 and last[day]}


def test_labelled_days_are_neither_flagged_nor_learnt() -> None:
    labels = "(select 'a' as series, date '2025-03-10' as from_day, date '2025-04-20' as to_day, 'true' as verdict)"
    days = dict.fromkeys(range(63, 105), 5.0)
    found = verdicts("anomaly_seasonal", {"a": changed(130, days)}, labels=labels)
    assert flagged(found) == {}
    assert found["a", 106]["expected"] == pytest.approx(weekly(130)[106], rel=0.05)
    false = labels.replace("true", "false")
    assert flagged(verdicts("anomaly_seasonal", {"a": changed(130, days)}, labels=false))


def test_rows_of_any_model_are_counted_by_day() -> None:
    rows = [day for day, count in enumerate([40.0] * 59 + [200.0]) for _ in range(int(count))]
    with duckdb.connect() as connection:
        connection.execute("create table orders (placed_at timestamp)")
        connection.executemany(
            "insert into orders values (timestamp '2025-01-06 10:00:00' + to_days(?))", [[d] for d in rows]
        )
        sql = render("anomaly_seasonal_scores", relation="orders", day="placed_at")
        found: list[Row] = connection.execute(f"select series, value from ({sql}) where reason is not null").fetchall()
    assert found == [("all", 200.0)]


def test_a_rate_that_stays_at_zero_is_not_stuck() -> None:
    rates = [0.01 * (day % 5) for day in range(40)] + [0.0] * 60
    assert one("anomaly_seasonal", rates, kind="'rate'") == {}


def test_a_noisy_series_does_not_drift() -> None:
    noisy = [float(20 * 3 ** ((day * 37 % 11) / 5)) for day in range(150)] + [45.0 + day % 7 for day in range(10)]
    assert not [reason for reason in one("anomaly_seasonal", noisy, kind="'value'").values() if "drifts" in reason]
