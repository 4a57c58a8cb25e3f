"""Snapshots keep every version, and can be rebuilt from bronze."""

import shutil
from datetime import date
from pathlib import Path

import duckdb

from orchestration.config import REPOSITORY, Settings
from orchestration.progress import silent
from orchestration.snapshots import rebuild
from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build, lend
from tests.python.transform.marts import read_marts
from tests.python.transform.tidy_rows import DAYS, at, product


def versions_of_p1(home: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select standard_cost::int, valid_from, valid_to from snapshots.snap_products"
            " where sku = 'P1' order by valid_from"
        ).fetchall()


def test_versions_that_arrive_together_late_or_withdrawn_find_their_place(home: Path) -> None:
    world = BronzeWorld(home)
    world.land("erp", "products", DAYS[2], [product("P1", 8, at(3)), product("P1", 7, at(3, 6))])
    build(home, "--select", "+snap_products")
    assert versions_of_p1(home) == [(7, at(3, 6), at(3)), (8, at(3), None)]
    world.land("erp", "products", DAYS[0], [product("P1", 5, at(1))])
    build(home, "--select", "+snap_products")
    assert versions_of_p1(home) == [(5, at(1), at(3, 6)), (7, at(3, 6), at(3)), (8, at(3), None)]
    world.land("erp", "products", DAYS[2], [product("P1", 7, at(3, 6))])
    build(home, "--select", "+snap_products")
    assert versions_of_p1(home) == [(5, at(1), at(3, 6)), (7, at(3, 6), None)]


def test_a_rebuild_from_bronze_gives_the_same_snapshots_and_marts_as_day_by_day(
    tidy_copy: tuple[Path, int], home: Path
) -> None:
    shutil.copytree(tidy_copy[0], home)
    world = BronzeWorld(home)
    world.load_number = tidy_copy[1]
    deleted = product("P1", 8, at(4)) | {"is_deleted": True}
    world.land("erp", "products", date(2026, 1, 4), [product("P2", 9, at(4)), product("P2", 11, at(4, 12)), deleted])
    build(home)
    before = read_marts(home)
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("delete from snapshots.snap_products")
        connection.execute("delete from intermediate.int_products__versions")
    lend(home)
    rebuild(Settings(home=home, project=REPOSITORY, start_date=None), silent)
    after = read_marts(home)
    assert {table: after[table] for table in before} == before
    assert len(before["warehouse.snapshots.snap_products"]) == 6
