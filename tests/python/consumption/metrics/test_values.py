"""Every governed metric against SQL written by hand, cut by a dimension and a period."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from consumption.metrics import catalogue, query
from orchestration.config import Settings
from tests.python.consumption.metrics.expected import CASES, TOLERANCE

ByHand = Callable[[str], list[tuple[Any, ...]]]
ZERO = {"aged_stock_pct"}  # see the unit test of mart_stock_weeks


def test_every_metric_has_its_case(world: Settings) -> None:
    assert {one.name for one in catalogue(world)} == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_metric_is_what_sql_by_hand_says(world: Settings, by_hand: ByHand, name: str) -> None:
    case = CASES[name]
    answer = query(world, [name], [case.by], case.grain)
    assert answer.columns == [case.grain, case.by, name]
    found = {row[:2]: row[2] for row in answer.rows}
    expected = {row[:2]: row[2] for row in by_hand(case.sql)}
    assert found.keys() == expected.keys()
    tolerance = TOLERANCE.get(name, 1e-9)
    differ = {key: (found[key], expected[key]) for key in found if not _same(found[key], expected[key], tolerance)}
    assert not differ
    assert any(value for value in found.values()) != (name in ZERO)


def _same(one: Any, other: Any, tolerance: float) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(float(one), float(other), rel_tol=tolerance, abs_tol=1e-9)
