"""Every question of the cookbook, asked of the published marts, against an answer made from the landed files alone."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.python.end_to_end.cookbook import money_and_supply, sales, stock
from tests.python.end_to_end.cookbook.bronze import ROOT, Bronze, Row
from tests.python.end_to_end.retailer import Retailer

COOKBOOK = ROOT / "docs" / "cookbook"
FILES = sorted(COOKBOOK.glob("[0-9][0-9]_*.sql"))
LIMIT = "\nlimit "
# File, columns that name a row, the independent answer. What a small world has none of has a softer threshold.
EXPECTED: dict[str, tuple[tuple[str, ...], str]] = {
    "01_runs_out_within_a_week": (("sku", "warehouse_code"), stock.RUNS_OUT),
    "02_excess_here_out_there": (("sku", "from_warehouse", "to_warehouse"), stock.EXCESS.format(days=1)),
    "03_sales_lost_to_stockouts": (("sku", "warehouse_code"), stock.LOST),
    "04_supplier_scorecard": (("supplier_code",), money_and_supply.SCORECARD),
    "05_why_orders_were_not_perfect": (("outcome",), sales.NOT_PERFECT),
    "06_dead_and_aged_stock": (("sku", "warehouse_code"), stock.DEAD.format(days=2)),
    "07_promotion_uplift": (("promo_code",), sales.UPLIFT),
    "08_margin_after_everything": (("category",), sales.MARGIN),
    "09_suspense_ageing": (("short_code", "age"), money_and_supply.SUSPENSE),
    "10_payment_failures_by_hour": (("hour_of_day", "result_code"), money_and_supply.FAILURES),
    "11_shrinkage_by_bin": (("warehouse_code", "bin"), stock.SHRINKAGE),
    "12_forecast_error": (("abc_class", "horizon_weeks", "forecast_model"), money_and_supply.FORECASTS),
    "13_return_reasons": (("reason_code", "sku", "batch_no"), sales.RETURNS),
    "14_category_sales_as_was_as_is": (("sales_month", "category"), sales.AS_WAS_AS_IS),
    "15_wanted_but_not_there": (("kind", "wanted"), money_and_supply.WANTED),
}
SOFTER = {
    "02_excess_here_out_there": ("14 * coalesce", "1 * coalesce"),
    "06_dead_and_aged_stock": (">= 28", ">= 2"),
}


@pytest.fixture(scope="module")
def bronze(retailer: Retailer) -> Bronze:
    opened = Bronze(retailer.home)
    for statement in (*sales.PREPARE, *stock.PREPARE):
        opened.connection.execute(statement)
    return opened


def asked(retailer: Retailer, sql: str) -> list[Row]:
    columns, rows = retailer.ask(sql)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def text_of(name: str) -> str:
    return (COOKBOOK / f"{name}.sql").read_text()


def test_all_fifteen_questions_are_checked() -> None:
    assert [file.stem for file in FILES] == list(EXPECTED)
    assert len(FILES) == 15


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_question_says_what_for_and_how_to_read_it(file: Path) -> None:
    text = file.read_text()
    assert text.startswith("-- question: ")
    assert "\n-- decision: " in text
    assert "\n-- how to read: " in text
    assert text.rstrip().split(LIMIT)[0].count("\norder by ") == 1
    assert LIMIT in text or file.stem == "05_why_orders_were_not_perfect"  # five rows, whatever the world


@pytest.mark.parametrize("name", EXPECTED)
def test_the_marts_give_the_answer_of_the_sources(retailer: Retailer, bronze: Bronze, name: str) -> None:
    key, sql = EXPECTED[name]
    softened = text_of(name).replace(*SOFTER.get(name, ("", "")))
    everything = asked(retailer, softened.split(LIMIT)[0])
    found = {tuple(row[column] for column in key): row for row in everything}
    expected = {tuple(row[column] for column in key): row for row in bronze.rows(sql)}
    assert len(found) == len(everything)
    assert found.keys() == expected.keys()
    assert found
    for names, row in expected.items():
        differs = {
            column: (found[names][column], value)
            for column, value in row.items()
            if not same(found[names][column], value)
        }
        assert not differs, names


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bounded_answer_is_the_first_rows_of_the_whole_one(retailer: Retailer, name: str) -> None:
    text = text_of(name)
    rows = asked(retailer, text)
    assert rows == asked(retailer, text.split(LIMIT)[0])[: len(rows)]


def same(found: Any, expected: Any) -> bool:
    """Equal, or equal up to the rounding of the answer: half a unit of its last digit and of its inputs'."""
    if isinstance(found, bool | str | date) or found is None or expected is None:
        return bool(found == expected)
    if isinstance(found, int) and isinstance(expected, int):
        return found == expected
    return abs(float(found) - float(expected)) <= rounding(found) + 1e-6 * abs(float(expected))


def rounding(found: int | float | Decimal) -> float:
    return 0.51 if isinstance(found, int) else 0.056


def test_the_comparison_sees_a_difference() -> None:
    assert same(Decimal("1.2"), 1.24)
    assert not same(Decimal("1.2"), 1.3)
    assert not same(3, 4)
    assert not same(None, 0)
    assert not same("a", "b")


def test_a_wrong_answer_fails(retailer: Retailer, bronze: Bronze) -> None:
    sql = text_of("10_payment_failures_by_hour").replace("<> 0", "<> 1032")
    wrong = {(row["hour_of_day"], row["result_code"]) for row in asked(retailer, sql.split(LIMIT)[0])}
    right: Mapping[tuple[int, int], Row] = {
        (row["hour_of_day"], row["result_code"]): row for row in bronze.rows(money_and_supply.FAILURES)
    }
    assert wrong != right.keys()
