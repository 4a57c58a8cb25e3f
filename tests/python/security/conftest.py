"""One world for all tests of security: failed at its sources, landed, built and published once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.python.security.dirty import soil
from tests.python.security.failing import fail
from tests.python.security.world import DIRT, LAST, SIZE, World
from tests.python.transform.dbt_in_process import lend


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, home_path: Path) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("security") / "sources", home_path)
    shutil.rmtree(world.home, ignore_errors=True)
    lend(world.home)
    try:
        world.simulator(f"start {SIZE} --dirt {DIRT}")
        soil(world)
        fail(world)
        assert world.ghala(f"run --to {LAST}") == 0, world.printed[-1]
        assert world.ghala(f"run --json --to {LAST}") == 0
        assert world.ghala("status --json") == 0
        yield world
    finally:
        world.simulator("stop")
