"""Any order and split of loads gives the same marts as one full build of the final bronze, row for row."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build
from tests.python.transform.histories import Delivery, histories

Marts = dict[str, list[tuple[object, ...]]]


def read_marts(home: Path) -> Marts:
    """All rows of all marts and snapshots, without the columns that say which build wrote a row (`_load`)."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'star.duckdb'}' as star (read_only)")
        connection.execute(f"attach '{home / 'warehouse.duckdb'}' as warehouse (read_only)")
        tables = connection.execute(
            "select database_name || '.' || schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name in ('marts', 'snapshots') order by 1"
        ).fetchall()
        return {
            table: connection.execute(f"select columns(c -> not starts_with(c, '_')) from {table} order by all").fetchall()
            for (table,) in tables
        }


def fresh(home: Path) -> BronzeWorld:
    for path in sorted(home.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return BronzeWorld(home)


def land(world: BronzeWorld, batch: list[Delivery]) -> None:
    for delivery in batch:
        world.land(delivery.source, delivery.table, delivery.logical_date, list(delivery.rows))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("incremental") / "home"


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # shrinking costs a build per step; a failing example is small as it is
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(batches=histories())
def test_any_order_and_split_of_loads_gives_the_same_marts(home: Path, batches: list[list[Delivery]]) -> None:
    world = fresh(home)
    for batch in batches:
        land(world, batch)
        build(home)
    incremental = read_marts(home)
    for name in ("star.duckdb", "warehouse.duckdb"):
        (home / name).unlink()
    build(home)
    full = read_marts(home)
    assert incremental.keys() == full.keys()
    assert len(full) > 10
    for table, rows in full.items():
        assert incremental[table] == rows, f"{table} differs after {len(batches)} incremental builds"
