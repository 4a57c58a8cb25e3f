"""Invariant 20: a day that is landed again changes nothing; a month built at once equals one built day by day.

And acceptance (a): in a clean world every invariant returns no row.
"""

from dataclasses import dataclass

import pytest

from tests.python.acceptance.house import FIRST, Failure, house
from tests.python.transform.marts import Marts, read_marts

FACTS = ("order_lines", "shipments", "returns", "payments", "receipts", "inventory_movements", "stock_counts")


@dataclass(frozen=True)
class Clean:
    """The marts of one world in four states, and what its data tests said."""

    failures: list[Failure]
    quarantined: int
    day_by_day: Marts
    landed_again: Marts
    built_at_once: Marts


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    with house(tmp_path_factory.mktemp("acceptance"), "clean") as world:
        world.land()
        world.build()
        for _ in range(2):
            world.next_day()
        world.build()
        day_by_day = read_marts(world.home)
        world.land_again(FIRST.replace(day=FIRST.day + 5))
        world.build()
        landed_again = read_marts(world.home)
        world.forget_tables()
        world.build()
        assert world.halted == []
        set_aside = world.ask("select coalesce(sum(quarantined_count), 0) from intermediate.int_loads__history")
        return Clean(world.failures(), int(set_aside[0][0]), day_by_day, landed_again, read_marts(world.home))


def same(left: Marts, right: Marts) -> list[str]:
    """The tables that differ."""
    assert left.keys() == right.keys()
    return [table for table in left if left[table] != right[table]]


def test_in_a_clean_world_every_invariant_returns_no_row(clean: Clean) -> None:
    assert clean.failures == []
    assert clean.quarantined == 0
    assert all(len(clean.built_at_once[f"star.marts.fct_{fact}"]) > 20 for fact in FACTS)


def test_a_day_that_is_landed_again_changes_nothing(clean: Clean) -> None:
    assert same(clean.day_by_day, clean.landed_again) == []


def test_built_at_once_equals_built_day_by_day(clean: Clean) -> None:
    assert same(clean.day_by_day, clean.built_at_once) == []
