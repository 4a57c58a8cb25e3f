"""The pictures of the cookbook: drawn from the answers, whatever these hold, and nothing sticks out of them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from consumption.charts.bars import Bar, Step, bars, waterfall
from consumption.charts.heat import heat
from consumption.charts.numbers import cell, kes, short
from consumption.charts.points import Pair, Series, lines, pairs
from consumption.charts.svg import LETTER, Heading, alone, ticks
from consumption.cookbook.pictures import PICTURES, picture
from consumption.cookbook.questions import Answer, Question, answers, questions
from orchestration.errors import GhalaError
from orchestration.serving import ask
from tests.python.end_to_end.test_cookbook import SOFTER

ROOT = Path(__file__).parents[4]
HEADING = Heading("What it says", "in units")
# What the SQL of a question never leaves empty: keys, counts and what is coalesced there.
NEVER_EMPTY = {
    "otif_pct", "outcome", "orders", "hour_of_day", "result_code", "failed", "attempts", "pct", "payments", "amount",
    "age", "oldest_days", "reason_code", "sales_month", "category", "kind", "wanted", "sessions", "events", "counts",
    "horizon_weeks", "forecast_model", "sku", "warehouse_code", "from_warehouse", "to_warehouse", "bin", "returned_qty",
}  # fmt: skip
# A number of each question that its picture shows.
SHOWN = {
    "01_runs_out_within_a_week": ("coming_qty", -1),
    "02_excess_here_out_there": ("to_warehouse", "WH99"),
    "03_sales_lost_to_stockouts": ("lost_sales", 7_654_321),
    "04_supplier_scorecard": ("otif_pct", 12.3),
    "05_why_orders_were_not_perfect": ("orders", 4_321),
    "06_dead_and_aged_stock": ("stock_value", 7_654_321),
    "07_promotion_uplift": ("uplift_pct", 77.0),
    "08_margin_after_everything": ("left_over_pct", 12.3),
    "09_suspense_ageing": ("amount", Decimal("7654321.00")),
    "10_payment_failures_by_hour": ("pct", 12.3),
    "11_shrinkage_by_bin": ("shrinkage", Decimal("7654321.00")),
    "12_forecast_error": ("wape_pct", 12.3),
    "13_return_reasons": ("returned_qty", 4_321),
    "14_category_sales_as_was_as_is": ("moved", Decimal("7654321.00")),
    "15_wanted_but_not_there": ("sessions", 4_321),
}


def parsed(drawn: str) -> ElementTree.Element:
    """The elements of a drawing; raises ParseError where it is not well-formed."""
    return ElementTree.fromstring(drawn)  # noqa: S314  (drawn by ourselves)


@pytest.fixture(scope="module")
def asked(published: Path) -> dict[str, Answer]:
    """The answers of the small world; of what it has none of, with a softer threshold."""
    found = {answer.question.name: answer for answer in answers(ROOT, published / "serving")}
    for name, threshold in SOFTER.items():
        columns, rows = ask(published / "serving", found[name].question.sql.replace(*threshold))
        found[name] = replace(found[name], rows=tuple(dict(zip(columns, row, strict=True)) for row in rows))
    return found


def changed(answer: Answer, column: str, value: Any) -> Answer:
    return replace(answer, rows=({**answer.rows[0], column: value}, *answer.rows[1:]))


def test_each_question_has_its_picture_and_each_picture_its_question() -> None:
    assert [question.name for question in questions(ROOT)] == list(PICTURES) == list(SHOWN)
    images = sorted((ROOT / "docs" / "cookbook" / "images").glob("*"))
    assert [file.stem for file in images] == list(PICTURES)
    for file in images:
        text = file.read_text()
        parsed(text)
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
        assert len(text) < 30_000


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_well_formed_and_nothing_sticks_out(asked: dict[str, Answer], name: str) -> None:
    assert asked[name].rows, "the small world has no answer to this question"
    drawn = parsed(picture(asked[name]))
    width, height = (float(value) for value in drawn.attrib["viewBox"].split()[2:])
    for element in drawn.iter("text"):
        size = (
            17
            if "gc-title" in element.attrib.get("class", "")
            else 11
            if "small" in element.attrib.get("class", "")
            else 13
        )
        long = len(element.text or "") * size * LETTER
        x = float(element.attrib["x"])
        start = {"start": x, "middle": x - long / 2, "end": x - long}[element.attrib.get("text-anchor", "start")]
        assert start > -12, element.text
        assert start + long < width + 12, element.text
        assert float(element.attrib["y"]) <= height, element.text
    parsed(alone(picture(asked[name])))


@pytest.mark.parametrize("name", SHOWN)
def test_another_number_is_another_picture(asked: dict[str, Answer], name: str) -> None:
    column, value = SHOWN[name]
    assert column in asked[name].columns
    before, after = picture(asked[name]), picture(changed(asked[name], column, value))
    assert before != after
    assert picture(asked[name]) == before


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_empty_breaks_no_picture(asked: dict[str, Answer], name: str) -> None:
    for column in set(asked[name].columns) - NEVER_EMPTY:
        parsed(picture(changed(asked[name], column, None)))
    alone_row = replace(asked[name], rows=asked[name].rows[:1])
    parsed(picture(alone_row))


def test_an_answer_without_rows_has_no_picture(asked: dict[str, Answer]) -> None:
    assert all(picture(replace(answer, rows=())) == "" for answer in asked.values())


@pytest.mark.parametrize("name", ["03_sales_lost_to_stockouts", "13_return_reasons"])
def test_a_name_cannot_break_out_of_a_picture(asked: dict[str, Answer], name: str) -> None:
    drawn = picture(changed(asked[name], "product_name", "</svg><script>alert(1)</script>&\"'"))
    assert "<script" not in drawn
    parsed(drawn)


def test_the_title_of_the_waterfall_is_counted() -> None:
    rows = tuple(
        {"outcome": outcome, "orders": orders, "pct": 0.0}
        for outcome, orders in (("1 not in full", 5), ("2 late", 25), ("5 perfect", 170))
    )
    question = Question("05_why_orders_were_not_perfect", "?", "!", "so", "select 1")
    drawn = picture(Answer(question, ("outcome", "orders", "pct"), rows, date(2026, 3, 1), "v"))
    said = " ".join(element.text or "" for element in parsed(drawn).iter("text"))
    assert (
        "85.0 % of 200 orders were perfect; most of the others were late, 25".replace("85.0 ", "85.0\N{NO-BREAK SPACE}")
        in said
    )
    assert "data as of 01 March 2026" in said


def widths(drawn: str, css: str) -> list[float]:
    return [float(r.attrib["width"]) for r in parsed(drawn).iter("rect") if r.attrib["class"] == css]


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = bars(HEADING, [Bar("a", (10.0,), "10"), Bar("b", (30.0,), "30"), Bar("c", (-10.0,), "-10", (1,))], str)
    a, b = widths(drawn, "gc-f0")
    (c,) = widths(drawn, "gc-f1")
    assert b == pytest.approx(3 * a, abs=0.2)
    assert c == pytest.approx(a, abs=0.2)


def test_a_step_begins_where_the_one_before_ended() -> None:
    steps = [Step("all", 100, "100", 0, total=True), Step("late", -40, "-40", 4), Step("left", 60, "60", 3, total=True)]
    boxes = [
        (float(box.attrib["y"]), float(box.attrib["height"]))
        for box in parsed(waterfall(HEADING, steps, str)).iter("rect")
    ]
    (y, high), (late_y, late_high), (left_y, left_high) = boxes
    assert late_y == pytest.approx(y, abs=0.2)
    assert late_y + late_high == pytest.approx(left_y, abs=0.2)
    assert left_high == pytest.approx(0.6 * high, abs=0.3)


def test_the_strongest_cell_is_the_largest_value() -> None:
    drawn = heat(HEADING, ["x", "y"], ["r"], {("r", "x"): (1.0, "one"), ("r", "y"): (-4.0, "four")})
    shades = {box.attrib["class"]: float(box.attrib["fill-opacity"]) for box in parsed(drawn).iter("rect")}
    assert shades["gc-f4"] == 1.0 > shades["gc-f0"] > 0


def test_names_of_lines_do_not_overlap_and_a_gap_is_no_zero() -> None:
    series = [Series("a", (1.0, None, 5.0), 0), Series("b", (1.0, 2.0, 5.0), 1)]
    drawn = parsed(lines(HEADING, ["1", "2", "3"], series, str, "weeks"))
    places = [float(one.attrib["y"]) for one in drawn.iter("text") if one.text in ("a", "b")]
    assert abs(places[0] - places[1]) >= 15
    assert [len(route.attrib["points"].split()) for route in drawn.iter("polyline")] == [2, 3]


def test_two_points_stand_in_their_order() -> None:
    drawn = pairs(HEADING, [Pair("a", 90.0, 40.0, "")], str, ("target", "OTIF"), lambda _: 4)
    points = {c.attrib["class"]: float(c.attrib["cx"]) for c in parsed(drawn).iter("circle")}
    assert points["gc-f4"] < points["gc-f5"]


@pytest.mark.parametrize(
    ("say", "value", "said"),
    [
        (short, 950, "950"),
        (short, 31_663, "31.7 k"),
        (short, -2_500_000, "\N{MINUS SIGN}2.50 M"),
        (kes, Decimal("20000"), "KES 20 k"),
        (cell, None, ""),
        (cell, True, "yes"),
        (cell, 1032, "1,032"),
        (lambda value: cell(value, "result_code"), 1032, "1032"),
    ],
)
def test_numbers_are_said_as_people_do(say: Callable[[Any], str], value: Any, said: str) -> None:
    assert re.sub("\N{NO-BREAK SPACE}", " ", say(value)) == said


def test_an_axis_has_round_numbers_inside_its_ends() -> None:
    assert ticks(0, 47_000) == [0, 10_000, 20_000, 30_000, 40_000]
    assert ticks(-6.7, 26.2) == [0, 10, 20]


def test_a_question_without_its_header_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "docs" / "cookbook"
    folder.mkdir(parents=True)
    (folder / "01_x.sql").write_text("-- question: why?\nselect 1\n")
    with pytest.raises(GhalaError, match="no header"):
        questions(tmp_path)
