"""A small `python -m chaos`: a few kills, each fault once, some nights of landing. Failures name the seed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos import disk, faults, kill
from chaos.scenario import Bench, bench
from chaos.warm import warm
from chaos.world import World
from chaos.year import Night, year
from tests.python.publish.toy import make

KILLS = 5
SEED = int(os.environ.get("GHALA_TEST_SEED", "7"))  # `python -m chaos` draws others
ONE_IS_ENOUGH = {"lost-star", "lost-warehouse"}  # beside lost-both: a toy has no tables that remember
SMALL = ("--skus", "20", "--warehouses", "2")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A toy project with two published versions and a day that waits."""
    folder = tmp_path_factory.mktemp("chaos")
    toy = make(folder)
    world = World(folder, toy.environment)
    world.home.mkdir(exist_ok=True)
    with warm(world.environment) as process:
        for day in (0, 1):
            through = toy.sell(day)
            assert process.run(("run", "--to", str(through)), folder / "out.txt").code == 0, (
                folder / "out.txt"
            ).read_text()
    world.keep("waiting")
    today = toy.sell(2, (1, 2, 3, "many"))
    with bench(world, str(today), ("ingest", "run", "build", "publish", "rollback")) as made:
        yield made


def test_a_ghala_killed_at_drawn_points_ends_as_one_that_was_left_alone(shop: Bench) -> None:
    cycles = kill.kill(shop, SEED, KILLS, lambda cycle: None)
    assert [cycle for cycle in cycles if cycle.wrong] == [], f"seed {SEED}"
    assert all(cycle.looks > 0 for cycle in cycles)


@pytest.mark.parametrize("name", sorted(faults.FAULTS.keys() - ONE_IS_ENOUGH))
def test_a_fault_is_named_and_made_good(shop: Bench, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "ROOMS", ((0.3, 3.0),))
    met = faults.meet(shop, name, SEED)
    if met.left_out:
        pytest.skip(met.left_out)
    assert met.wrong == [], f"seed {SEED}"


def test_nights_with_failing_calls_an_outage_and_a_drift_lose_nothing(tmp_path: Path) -> None:
    nights: list[Night] = []

    def stop_after_the_second(night: Night) -> None:
        nights.append(night)
        if len(nights) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        year(tmp_path, SEED, 3, stop_after_the_second, SMALL, command="ingest")
    report = year(tmp_path, SEED, 3, nights.append, SMALL, command="ingest")
    assert [night.event for night in nights] == ["", "outage", "drift", "repaired"], f"seed {SEED}"
    assert report["nights"] + report["drifts"] + 1 == len(nights)
    assert report["drifts_that_halted"] == report["drifts"] == 1, f"seed {SEED}: {nights}"
    assert nights[-1].behind == 0, f"seed {SEED}: {nights}"
    assert (report["lost"], report["invented"], report["tables"], report["wrong"]) == (0, 0, [], []), f"seed {SEED}"
    assert report["keys_compared"] > 5_000
