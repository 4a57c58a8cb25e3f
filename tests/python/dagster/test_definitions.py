"""What Dagster shows: assets from contracts and dbt nodes without a gap, every test a check, jobs and schedule."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.calendar_day import newest_day
from orchestration.dbt import manifest
from orchestration.defs.assemble import assemble
from orchestration.defs.dbt.assets import request_for
from orchestration.defs.dbt.checks import check_keys, dbt_tests
from orchestration.defs.dbt.translator import asset_key, checked_node, group, owners
from orchestration.defs.publish.assets import KEY
from orchestration.defs.sources.partitions import daily, end_offset
from orchestration.defs.sources.schedules import day_of
from tests.python.dagster.asset_graph import SNAPSHOT, project_graph
from tests.python.publish.fixtures import active
from tests.python.publish.toy import Toy
from tests.python.transform.dbt_in_process import lend

SALES = dg.AssetKey(["shop", "sales"])
Graph = tuple[dg.Definitions, dict[str, Any]]


@pytest.fixture(scope="module")
def loaded(original: tuple[Toy, Any]) -> Graph:
    with active(original[0]) as config:
        return assemble(config), manifest.load(config)


def test_the_graph_of_this_project_is_the_reviewed_one(home_path: Path) -> None:
    shutil.rmtree(home_path, ignore_errors=True)
    lend(home_path)
    now = project_graph(home_path)
    assert now == json.loads(SNAPSHOT.read_text()), "if it is meant: python -m tests.python.dagster.asset_graph"


def test_every_data_test_is_a_check_that_blocks_when_its_severity_is_error(loaded: Graph) -> None:
    definitions, nodes = loaded
    graph = definitions.resolve_asset_graph()
    keys = check_keys(nodes)
    assert keys.keys() == dbt_tests(nodes).keys()
    of_sources = {key for key in graph.asset_check_keys if key.asset_key == SALES}
    assert set(keys.values()) == graph.asset_check_keys - of_sources
    blocking = {key.name: graph.get(key).blocking for key in graph.asset_check_keys}
    assert blocking["fct_sales__a_sale_is_there_once"]
    assert "fct_sales__keeps_amounts" not in blocking, "a unit test tests code, not what was loaded"
    assert not blocking["fct_sales__amounts_are_small"]


def test_a_source_table_has_a_check_per_tier(loaded: Graph) -> None:
    graph = loaded[0].resolve_asset_graph()
    found = {key.name: graph.get(key) for key in graph.asset_check_keys if key.asset_key == SALES}
    assert {name: (node.blocking, node.metadata["tier"]) for name, node in found.items()} == {
        "contract": (True, 1),
        "rows_pass": (False, 2),
        "freshness": (False, 3),
    }
    assert {node.metadata["owner"] for node in found.values()} == {"amina@example.org"}
    assert found["freshness"].description == "The newest landed day counts as stale after 96 h."


def test_the_lineage_goes_from_the_source_table_to_the_serving_file(loaded: Graph) -> None:
    graph = loaded[0].resolve_asset_graph()
    at: dg.AssetKey = KEY
    path = [at]
    while parents := [key for key in graph.get(at).parent_keys if key.path[0] != "ops"]:
        at = max(parents, key=lambda key: key.path[-1])
        path.append(at)
    assert [key.to_user_string() for key in path] == [
        "serving/ghala",
        "marts/fct_sales",
        "staging/stg_shop__sales",
        "shop/sales",
    ]
    assert graph.get(dg.AssetKey(["shop", "sales"])).partitions_def is not None
    written_by_the_way = {dg.AssetKey(["ghala", "manifest"]), dg.AssetKey(["ops", "runs"])}
    assert all(graph.get(key).is_materializable for key in graph.get_all_asset_keys() - written_by_the_way)


def test_versions_of_a_model_have_clean_keys() -> None:
    node = {"resource_type": "model", "name": "dim_product", "version": 2, "latest_version": 2}
    node |= {"fqn": ["toy", "marts", "core", "dim_product", "v2"]}
    assert asset_key(node) == dg.AssetKey(["marts", "dim_product"])
    assert asset_key({**node, "version": 1}) == dg.AssetKey(["marts", "dim_product_v1"])
    assert group(node) == "marts_core"
    assert group({**node, "fqn": ["toy", "marts", "dim_product", "v2"]}) == "marts"
    assert group({**node, "fqn": ["toy", "staging", "erp", "dim_product"]}) == "staging"


def test_owners_are_mails_or_teams() -> None:
    assert owners({"config": {"meta": {"owner": "amina@example.org"}}}) == ["amina@example.org"]
    assert owners({"meta": {"owner": "Supply Chain"}}) == ["team:supply-chain"]
    assert owners({"group": {"owner": {"email": "a@example.org"}}}) == ["a@example.org"]
    assert owners({}) is None


def test_a_singular_test_is_a_check_of_what_lies_furthest_downstream() -> None:
    nodes = {
        "model.a": {"resource_type": "model", "name": "stg", "fqn": ["p", "staging", "x", "stg"]},
        "model.b": {"resource_type": "model", "name": "dim_b", "fqn": ["p", "marts", "core", "dim_b"]},
        "model.c": {"resource_type": "model", "name": "fct_c", "fqn": ["p", "marts", "sales", "fct_c"]},
    }
    test = {"depends_on": {"nodes": ["model.c", "model.a", "model.b"]}}
    assert checked_node(test, nodes) == "model.c"
    assert checked_node({**test, "attached_node": "model.a"}, nodes) == "model.a"
    assert checked_node({"depends_on": {"nodes": []}}, nodes) is None


def test_days_of_the_future_are_partitions_only_in_a_house_that_lives_there() -> None:
    today = date(2026, 3, 10)
    assert end_offset(today, None) == 0
    assert end_offset(today, date(2026, 3, 9)) == 0
    assert end_offset(today, today) == 2
    now = datetime(2026, 3, 10, tzinfo=UTC)
    assert daily(date(2026, 3, 1), date(2026, 3, 9), today).get_partition_keys(now)[-1] == "2026-03-09"
    assert daily(date(2026, 3, 1), date(2026, 3, 12), today).get_partition_keys(now)[-1] == "2026-03-13"
    assert daily(date(2026, 3, 20), None, today).get_partition_keys(now)[0] == "2026-03-20"
    assert newest_day([], None) is None
    assert newest_day([], today) == today


def test_the_schedule_takes_the_day_before_and_is_off(loaded: Graph) -> None:
    assert day_of(datetime(2026, 3, 10, 2, 0, tzinfo=UTC)) == date(2026, 3, 9)
    (schedule,) = loaded[0].get_repository_def().schedule_defs
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert schedule.cron_schedule == "0 2 * * *"


def test_a_choice_of_assets_is_a_choice_of_dbt_nodes(loaded: Graph) -> None:
    nodes = loaded[1]
    assert request_for(nodes, None, set(), full_refresh=True).full_refresh
    chosen = request_for(nodes, {dg.AssetKey(["marts", "fct_sales"])}, set(), full_refresh=False)
    assert chosen.select == ("toy.marts.sales.fct_sales",)
    assert not chosen.complete
    alone = request_for(
        nodes, set(), {dg.AssetCheckKey(dg.AssetKey(["marts", "fct_sales"]), "fct_sales__amounts_are_small")}, False
    )
    assert alone.select == ("fct_sales__amounts_are_small",)
