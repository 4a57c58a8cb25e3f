"""Any order and split of loads gives the same marts as one full build of the final bronze, row for row; also when only
some models were built between a load and the next whole build.

GHALA_TEST_HISTORIES: random histories per business process (default 2); a few dozen before a release.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import REPOSITORY, build, made_of
from tests.python.transform.histories import MARTS, PROCESSES, Delivery, histories
from tests.python.transform.marts import read_marts


def land(world: BronzeWorld, batch: list[Delivery]) -> None:
    for delivery in batch:
        world.land(delivery.source, delivery.table, delivery.logical_date, list(delivery.rows))


@pytest.mark.parametrize("process", PROCESSES)
@settings(
    max_examples=int(os.environ.get("GHALA_TEST_HISTORIES", "1")),
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # shrinking costs a build per step; a failing example is small as it is
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_any_order_and_split_of_loads_gives_the_same_marts(home_path: Path, process: str, data: st.DataObject) -> None:
    home, batches = home_path, data.draw(histories(process))
    shutil.rmtree(home, ignore_errors=True)
    world, wanted = BronzeWorld(home), ("--select", *[f"+{mart}" for mart in MARTS[process]])
    models = made_of(home, *MARTS[process])
    partly = data.draw(st.integers(0, len(batches) - 1))  # before it only some are built; 0: never
    for number, batch in enumerate(batches):
        land(world, batch)
        if number == partly and number and (some := [name for name in models if data.draw(st.booleans())]):
            build(home, "--select", *some)
        build(home, *wanted)
    incremental = read_marts(home)
    for name in ("star.duckdb", "warehouse.duckdb"):
        (home / name).unlink()
    build(home, *wanted)
    full = read_marts(home)
    assert incremental.keys() == full.keys()
    assert {table.split(".")[-1] for table in full} >= set(MARTS[process])
    for table, rows in full.items():
        assert incremental[table] == rows, f"{table} differs after {len(batches)} incremental builds"


def test_every_fact_is_in_a_process() -> None:
    facts = {file.stem.split("_v")[0] for file in (REPOSITORY / "models" / "marts").rglob("fct_*.sql")}
    assert facts == {mart for marts in MARTS.values() for mart in marts}
    assert MARTS.keys() == PROCESSES.keys()
