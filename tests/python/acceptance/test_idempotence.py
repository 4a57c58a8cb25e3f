"""Invariant 20: a day that is landed again changes nothing; a month built at once equals one built day by day."""

from tests.python.acceptance.worlds import Clean
from tests.python.transform.marts import differing


def test_a_day_that_is_landed_again_gives_the_same_files_and_is_no_news(clean: Clean) -> None:
    assert clean.landed_again == clean.loads
    assert len(clean.loads) > 400


def test_built_at_once_from_a_day_that_came_again_equals_built_day_by_day(clean: Clean) -> None:
    assert differing(clean.day_by_day, clean.built_at_once) == []
