"""Acceptance (c): after all is delivered, dirt that can be repaired leaves no trace in the marts, row for row."""

from tests.python.acceptance.worlds import Clean
from tests.python.transform.marts import Marts, differing


def test_repairable_dirt_leaves_no_trace(clean: Clean, repaired: tuple[Marts, int]) -> None:
    marts, items = repaired
    assert differing(clean.without_traces, marts) == []
    assert items > 100
