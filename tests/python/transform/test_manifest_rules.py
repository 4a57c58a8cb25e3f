"""House rules on dbt's manifest: layers, contracts, descriptions, and severity as the tier."""

from pathlib import Path
from typing import Any

import pytest

Node = dict[str, Any]


def of_kind(manifest: dict[str, Any], kind: str) -> list[Node]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == kind]


def layer(node: Node) -> str:
    return str(node["fqn"][1]) if node["resource_type"] == "model" else str(node["resource_type"])


def test_every_model_and_column_is_described_and_has_an_owner(manifest: dict[str, Any]) -> None:
    models = of_kind(manifest, "model")
    bare = [m["name"] for m in models if not m["description"] or not m["config"]["meta"].get("owner")]
    bare += [f"{m['name']}.{c['name']}" for m in models for c in m["columns"].values() if not c["description"]]
    assert not bare
    assert len(models) > 40


def test_staging_and_marts_enforce_their_contracts(manifest: dict[str, Any]) -> None:
    loose = [
        m["name"]
        for m in of_kind(manifest, "model")
        if layer(m) in ("staging", "marts") and not (m["config"]["contract"]["enforced"] and m["columns"])
    ]
    assert not loose


def test_marts_are_public_and_versioned_and_staging_is_private(manifest: dict[str, Any]) -> None:
    expected = {"staging": ("private", False), "intermediate": ("protected", False), "marts": ("public", True)}
    expected["ops"] = ("protected", False)
    spine = {
        "dim_time_spine": ("protected", False)
    }  # of MetricFlow alone; dbt drops the time spine of a versioned model
    wrong = [
        m["name"]
        for m in of_kind(manifest, "model")
        if (m["config"]["access"], m["version"] is not None) != spine.get(m["name"], expected[layer(m)])
    ]
    assert not wrong


def test_a_staging_model_reads_exactly_one_source_table_and_no_other_model(manifest: dict[str, Any]) -> None:
    readers: dict[str, list[str]] = {}
    for model in of_kind(manifest, "model"):
        parents = [p for p in model["depends_on"]["nodes"] if not p.startswith("seed.")]
        sources = [p for p in parents if p.startswith("source.")]
        assert (layer(model) == "staging") == bool(sources), model["name"]
        if sources:
            assert parents == sources, model["name"]
            assert len(sources) == 1, model["name"]
            readers.setdefault(sources[0], []).append(model["name"])
    assert all(len(names) == 1 for names in readers.values()), readers
    landed = {key for key, source in manifest["sources"].items() if source["source_name"] != "ops"}
    assert set(readers) == landed  # ops is what the build says of itself: nothing in dbt reads or writes it


def test_marts_never_read_staging_or_snapshots_of_others(manifest: dict[str, Any]) -> None:
    for model in of_kind(manifest, "model"):
        if layer(model) == "marts":
            parents = [manifest["nodes"][p] for p in model["depends_on"]["nodes"]]
            allowed = {"intermediate", "marts", "seed", "snapshot"}
            assert {layer(p) for p in parents} <= allowed, model["name"]


def test_severity_is_the_tier_of_every_test(manifest: dict[str, Any]) -> None:
    severities = {1: "ERROR", 2: "WARN", 3: "WARN"}
    wrong = []
    tests = of_kind(manifest, "test")
    for test in tests:
        meta = test["config"]["meta"]
        severity = test["config"]["severity"].upper()
        thresholds = (test["config"]["error_if"], test["config"]["warn_if"])
        if not meta.get("owner") or severities.get(meta.get("tier")) != severity or thresholds != ("!= 0", "!= 0"):
            wrong.append(test["name"])
    assert not wrong
    assert len(tests) > 50


def test_incremental_models_fail_on_a_changed_schema_and_replace_what_is_touched(manifest: dict[str, Any]) -> None:
    for model in of_kind(manifest, "model"):
        if model["config"]["materialized"] == "incremental":
            assert model["config"]["on_schema_change"] == "fail", model["name"]
            assert model["config"]["incremental_strategy"] == "replace_touched", model["name"]
            assert (
                "collect_touched" in model["config"]["pre-hook"][0]["sql"]
                or "touched_" in model["config"]["pre-hook"][0]["sql"]
            )


def test_a_fact_states_its_grain_first_and_tests_it(manifest: dict[str, Any]) -> None:
    for model in of_kind(manifest, "model"):
        if model["name"].startswith("fct_"):
            assert model["raw_code"].startswith("-- grain: one row per "), model["name"]
            grain = [c.strip() for c in model["config"]["meta"]["grain"].split(",")]
            tests = [
                t["test_metadata"]["kwargs"]["columns"]
                for t in of_kind(manifest, "test")
                if t.get("attached_node") == model["unique_id"] and t["test_metadata"]["name"] == "unique_combination"
            ]
            assert tests == [grain], model["name"]
            if model["config"]["materialized"] == "incremental":
                assert model["config"]["unique_key"] == grain, model["name"]


@pytest.mark.parametrize(("pattern", "limit"), [("*.sql", 120), ("*.yml", 300), ("*.yaml", 300)])
def test_files_keep_the_house_sizes(pattern: str, limit: int) -> None:
    root = Path(__file__).resolve().parents[3]
    folders = [root / name for name in ("models", "macros", "tests", "contracts", "seeds", "examples")]
    written = root / "models" / "marts" / "metrics"  # by MetricFlow, for the machine; its YAML is for people
    files = [p for folder in folders for p in folder.rglob(pattern) if p.parent != written or pattern != "*.sql"]
    sizes = {path: len(path.read_text().splitlines()) for path in files}
    assert not {path: size for path, size in sizes.items() if size > limit}
    assert sizes
