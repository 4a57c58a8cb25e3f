"""Each data test is seen to fail: a tidy world passes all of them, one wrong value trips the one that names it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.corruptions import CORRUPTIONS
from tests.python.transform.dbt_in_process import build, build_reader_tables, dbt
from tests.python.transform.tidy_world import tidy_world


@pytest.fixture(scope="module")
def tidy(home_path: Path) -> Path:
    shutil.rmtree(home_path, ignore_errors=True)
    tidy_world(BronzeWorld(home_path))
    build(home_path)
    build_reader_tables(home_path)
    return home_path


@pytest.fixture(scope="module")
def results(tidy: Path) -> dict[str, Any]:
    """What every data test said of the tidy world, by its name."""
    return {result.node.name: result for result in dbt(tidy, "test", "--exclude", "test_type:unit").result}


@pytest.fixture(scope="module")
def daily(tidy: Path) -> dict[str, Any]:
    """The same in the form of a daily build, which looks at loads since the last publication: here at all of them."""
    published = tidy / "serving" / "ghala-0.json"
    published.parent.mkdir()
    published.write_text('{"loads": 0}')
    found = dbt(tidy, "build", "--select", "test_type:data").result
    shutil.rmtree(published.parent)
    return {result.node.name: result for result in found}


@pytest.fixture
def open_world(tidy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose changes are forgotten."""
    with duckdb.connect(str(tidy / "warehouse.duckdb")) as connection:
        connection.execute(f"attach '{tidy / 'star.duckdb'}' as star")
        connection.execute("begin")
        yield connection
        connection.execute("rollback")


def test_a_tidy_world_passes_every_gate(results: dict[str, Any]) -> None:
    failed = [
        f"{name}: {result.status} {result.message}" for name, result in results.items() if result.status != "pass"
    ]
    assert not failed
    assert len(results) > 200


def test_every_singular_test_has_a_corruption(results: dict[str, Any]) -> None:
    singular = {name for name, result in results.items() if not hasattr(result.node, "test_metadata")}
    assert singular - CORRUPTIONS.keys() == set()
    assert CORRUPTIONS.keys() - results.keys() == set()


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_wrong_value_trips_the_gate_that_names_it(
    results: dict[str, Any], daily: dict[str, Any], open_world: duckdb.DuckDBPyConnection, name: str
) -> None:
    statements = [found[name].node.compiled_code for found in (results, daily)]
    assert [open_world.execute(statement).fetchall() for statement in statements] == [[], []]
    open_world.execute(CORRUPTIONS[name])
    assert all(open_world.execute(statement).fetchall() for statement in statements)


def test_unit_tests_of_the_models_pass(tidy: Path) -> None:
    result = dbt(tidy, "test", "--select", "test_type:unit")
    assert result.success, [r.message for r in result.result if r.status != "pass"]
    assert len(result.result) >= 9
