"""Each selector of selectors.yml selects what its name says: asked of dbt itself, compared with the manifest."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.python.transform.dbt_in_process import REPOSITORY, dbt

Node = dict[str, Any]
SELECTORS = {one["name"]: one for one in yaml.safe_load((REPOSITORY / "selectors.yml").read_text())["selectors"]}
NOT_BUILT = (
    "exposure.",
    "semantic_model.",
    "metric.",
    "saved_query.",
)  # named by a selector, nothing to do for a build
AREAS = SELECTORS.keys() - {"daily", "weekly_full", "marts_only", "tier1_gates", "sources_freshness"}


@pytest.fixture(scope="module")
def everything(manifest: dict[str, Any]) -> dict[str, Node]:
    """What `dbt build` can do, by unique id: models, seeds, snapshots and tests of both kinds."""
    return {**manifest["nodes"], **manifest["unit_tests"]}


@pytest.fixture(scope="module")
def select(home_path: Path, manifest: dict[str, Any]) -> Any:
    @cache
    def selected(name: str) -> frozenset[str]:
        result = dbt(home_path, "ls", "--selector", name, "--output", "json", "--output-keys", "unique_id")
        assert result.success, result.exception
        found = (json.loads(line)["unique_id"] for line in result.result)
        return frozenset(unique_id for unique_id in found if not unique_id.startswith(NOT_BUILT))

    return selected


def kinds(found: frozenset[str]) -> set[str]:
    return {unique_id.split(".")[0] for unique_id in found}


def test_every_selector_says_why() -> None:
    assert all(len(one["description"]) > 30 for one in SELECTORS.values())


def test_daily_is_all_but_the_unit_tests(select: Any, everything: dict[str, Node]) -> None:
    assert select("daily") == {key for key in everything if not key.startswith("unit_test.")}


def test_weekly_full_is_everything(select: Any, everything: dict[str, Node]) -> None:
    assert select("weekly_full") == everything.keys()


def test_marts_only_builds_all_marts_and_no_other_model(select: Any, everything: dict[str, Node]) -> None:
    marts = {key for key, node in everything.items() if key.startswith("model.") and node["fqn"][1] == "marts"}
    found = select("marts_only")
    assert {key for key in found if key.startswith("model.")} == marts
    assert kinds(found) <= {"model", "test", "unit_test", "exposure"}
    assert "test" in kinds(found)


def test_tier1_gates_are_the_data_tests_of_tier_1(select: Any, everything: dict[str, Node]) -> None:
    tier = {key: node["config"]["meta"]["tier"] for key, node in everything.items() if key.startswith("test.")}
    assert select("tier1_gates") == {key for key, value in tier.items() if value == 1}
    assert {1, 2} <= set(tier.values())


def test_sources_freshness_is_every_source_and_nothing_else(select: Any, manifest: dict[str, Any]) -> None:
    assert select("sources_freshness") == manifest["sources"].keys()


def test_every_area_of_the_marts_has_a_selector(everything: dict[str, Node]) -> None:
    areas = {n["config"]["group"] for k, n in everything.items() if k.startswith("model.") and n["fqn"][1] == "marts"}
    assert areas == AREAS


@pytest.mark.parametrize("area", sorted(AREAS))
def test_an_area_is_its_marts_with_all_that_they_are_made_of(
    select: Any, everything: dict[str, Node], manifest: dict[str, Any], area: str
) -> None:
    wanted = {key for key, node in everything.items() if node["config"].get("group") == area and is_built(key)}
    queue = list(wanted)
    while queue:
        new = {key for key in manifest["parent_map"][queue.pop()] if key not in wanted}
        wanted |= new
        queue += new
    assert {key for key in select(area) if is_built(key) or key.startswith("source.")} == wanted


def is_built(unique_id: str) -> bool:
    return unique_id.split(".", maxsplit=1)[0] in ("model", "seed", "snapshot")
