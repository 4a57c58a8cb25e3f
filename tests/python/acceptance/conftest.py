"""The worlds of the acceptance tests, each made once."""

from pathlib import Path

import pytest

from tests.python.acceptance.house import FIRST, house
from tests.python.acceptance.judge import Judge
from tests.python.acceptance.worlds import EVERYTHING, NEXT_DAYS, REPAIRABLE, TRACES, Clean, Verdict
from tests.python.transform.dbt_in_process import READER_TABLES, build_reader_tables
from tests.python.transform.marts import Marts, read_marts


@pytest.fixture(scope="session")
def clean(home_path: Path) -> Clean:
    """A world without dirt: its history, some days more, one day landed again, and all built at once."""
    with house(home_path, "clean") as world:
        world.land()
        world.build()
        for _ in range(NEXT_DAYS):
            world.next_day()
        world.build()
        day_by_day = read_marts(world.home)
        loads = world.loads()
        world.land_again(world.today)
        landed_again = world.loads()
        # a day whose orders have moved on since is another file; the marts know the last state only
        world.land_again(FIRST.replace(day=FIRST.day + 5))
        world.forget_tables()
        world.build()
        assert world.halted == []
        with world.opened() as ask:
            set_aside = ask("select coalesce(sum(quarantined_count), 0) from intermediate.int_loads__history")
        marts = (day_by_day, read_marts(world.home), read_marts(world.home, TRACES))
        build_reader_tables(world.home)
        return Clean(world.failures(), int(set_aside[0][0]), loads, landed_again, *marts)


@pytest.fixture(scope="session")
def repaired(home_path: Path) -> tuple[Marts, int]:
    """The same world with dirt that can be repaired, after all is delivered; and how many items that were."""
    with house(home_path, "repaired", *REPAIRABLE) as world:
        world.land()
        for _ in range(NEXT_DAYS):
            world.next_day()
        world.build()
        assert world.halted == []
        return read_marts(world.home, TRACES), len(world.truth())


@pytest.fixture(scope="session")
def verdict(home_path: Path) -> Verdict:
    """The same retailer with every kind of dirt, read day by day."""
    with house(home_path, "dirty", "--dirt", EVERYTHING, days=3) as world:
        world.land()
        for _ in range(11):
            world.next_day()
        world.build()
        failures = world.failures(*READER_TABLES)
        blocked = [failure.name for failure in failures if failure.tier == 1]
        with world.opened() as ask:  # once: to open both files for each of 426 items took 10 CPU s
            judge = Judge(world, ask, failures)
            due = judge.due()
            return Verdict(due, judge.missed(due), judge.clean_rows_set_aside(), blocked, world.halted)
