"""Acceptance (b): dirt is caught as its truth file says, and no clean row is set aside."""

from collections import Counter

from tests.python.acceptance.worlds import Verdict

CAUGHT = 0.99


def test_dirt_is_caught(verdict: Verdict) -> None:
    missed = Counter((item["kind"], item["table"], item["expected"]) for item in verdict.missed)
    assert len(verdict.missed) <= (1 - CAUGHT) * len(verdict.due), missed
    assert len({item["kind"] for item in verdict.due}) >= 15


def test_no_clean_row_is_set_aside(verdict: Verdict) -> None:
    assert verdict.clean_rows_set_aside == []


def test_what_was_landed_passes_tier_1(verdict: Verdict) -> None:
    assert verdict.blocked == []


def test_only_dirt_halts(verdict: Verdict) -> None:
    halting = {item["day"] for item in verdict.due if item["expected"] in ("halts", "reread")}
    assert [halt for halt in verdict.halted if halt[1].isoformat() not in halting] == []
