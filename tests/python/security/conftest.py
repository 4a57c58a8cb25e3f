"""One world for all tests of security: made, landed, built and published once."""

from collections.abc import Iterator

import pytest

from tests.python.security.dirty import soil
from tests.python.security.world import DIRT, LAST, SIZE, World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("security")
    world = World(folder / "sources", folder / "home")
    try:
        world.simulator(f"start {SIZE} --dirt {DIRT}")
        soil(world)
        assert world.ghala(f"run --to {LAST}") == 0, world.printed[-1]
        yield world
    finally:
        world.simulator("stop")
