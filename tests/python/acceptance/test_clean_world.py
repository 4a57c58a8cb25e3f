"""Acceptance (a): in a clean world every invariant returns no row, and nothing is set aside."""

from tests.python.acceptance.worlds import Clean

FACTS = ("order_lines", "shipments", "returns", "payments", "receipts", "inventory_movements", "stock_counts")


def test_in_a_clean_world_every_invariant_returns_no_row(clean: Clean) -> None:
    assert clean.failures == []
    assert clean.quarantined == 0
    assert all(len(clean.built_at_once[f"star.marts.fct_{fact}"]) > 3 for fact in FACTS)
