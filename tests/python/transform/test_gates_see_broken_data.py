"""Each data test is seen to fail: a tidy world passes all of them, one wrong value trips the one that names it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from tests.python.transform.corruptions import ALSO, CORRUPTIONS
from tests.python.transform.dbt_in_process import build_reader_tables, dbt

WRONG = [*CORRUPTIONS.items(), *ALSO]


class Said(NamedTuple):
    """What a data test said, and its SQL as it was compiled for this run: the next one compiles the same node anew."""

    status: str
    message: str | None
    sql: str
    is_singular: bool


def said(home: Path, *arguments: str) -> dict[str, Said]:
    """What the data tests say, by their names."""
    return {
        result.node.name: Said(
            result.status, result.message, result.node.compiled_code, not hasattr(result.node, "test_metadata")
        )
        for result in dbt(home, *arguments).result
    }


@pytest.fixture(scope="module")
def tidy(home_path: Path, tidy_copy: tuple[Path, int]) -> Path:
    shutil.rmtree(home_path, ignore_errors=True)
    shutil.copytree(tidy_copy[0], home_path)
    build_reader_tables(home_path)
    return home_path


@pytest.fixture(scope="module")
def results(tidy: Path) -> dict[str, Said]:
    """What every data test said of the tidy world, by its name."""
    return said(tidy, "test", "--exclude", "test_type:unit")


@pytest.fixture(scope="module")
def daily(tidy: Path, results: dict[str, Said]) -> dict[str, Said]:
    """The same in the form of a daily build, which looks at loads since the last publication: here at all of them."""
    published = tidy / "serving" / "ghala-0.json"
    published.parent.mkdir()
    published.write_text('{"loads": 0}')
    found = said(tidy, "build", "--select", "test_type:data")
    shutil.rmtree(published.parent)
    assert found.keys() == results.keys()
    return found


@pytest.fixture
def open_world(tidy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose changes are forgotten."""
    with duckdb.connect(str(tidy / "warehouse.duckdb")) as connection:
        connection.execute(f"attach '{tidy / 'star.duckdb'}' as star")
        connection.execute("begin")
        yield connection
        connection.execute("rollback")


@pytest.mark.parametrize("form", ["results", "daily"])
def test_a_tidy_world_passes_every_gate(form: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(form)
    failed = [f"{name}: {result.status} {result.message}" for name, result in found.items() if result.status != "pass"]
    assert not failed
    assert len(found) > 200


def test_only_the_daily_form_looks_for_loads(results: dict[str, Said], daily: dict[str, Said]) -> None:
    name = "orders__header_total_equals_lines"
    assert "_load >= 0" in results[name].sql
    assert "_load >= 1" in daily[name].sql


def test_every_singular_test_has_a_corruption(results: dict[str, Said]) -> None:
    singular = {name for name, result in results.items() if result.is_singular}
    assert singular - CORRUPTIONS.keys() == set()
    assert CORRUPTIONS.keys() - results.keys() == set()


@pytest.mark.parametrize(("name", "corruption"), WRONG, ids=[name for name, _ in WRONG])
def test_a_wrong_value_trips_the_gate_that_names_it(
    results: dict[str, Said], daily: dict[str, Said], open_world: duckdb.DuckDBPyConnection, name: str, corruption: str
) -> None:
    statements = [found[name].sql for found in (results, daily)]
    assert [open_world.execute(statement).fetchall() for statement in statements] == [[], []]
    open_world.execute(corruption)
    assert all(open_world.execute(statement).fetchall() for statement in statements)


def test_unit_tests_of_the_models_pass(tidy: Path) -> None:
    result = dbt(tidy, "test", "--select", "test_type:unit")
    assert result.success, [r.message for r in result.result if r.status != "pass"]
    assert len(result.result) >= 9
