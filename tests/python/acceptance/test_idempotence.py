"""Invariant 20: a day that is landed again changes nothing; a month built at once equals one built day by day."""

from tests.python.acceptance.worlds import Clean
from tests.python.transform.marts import differing


def test_a_day_that_is_landed_again_changes_nothing(clean: Clean) -> None:
    assert differing(clean.day_by_day, clean.landed_again) == []


def test_built_at_once_equals_built_day_by_day(clean: Clean) -> None:
    assert differing(clean.day_by_day, clean.built_at_once) == []
