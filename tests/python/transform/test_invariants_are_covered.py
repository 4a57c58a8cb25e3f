"""The invariants of the domain, 1 to 23: each has a data test that says its number, or a test in Python."""

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
IN_PYTHON = {20: "tests/python/acceptance/test_idempotence.py"}
# Two feeds that know nothing of each other: the test reads one as it was delivered, the other as the mart shows it.
INDEPENDENT = {2, 3, 12}
GAPS_ALLOWED = {"fct_promotion_coverage": "intervals__are_half_open_and_never_overlap"}


@pytest.fixture(scope="module")
def tests_of(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every data test by its unique id."""
    return {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("test", "model", "seed")}


def data_tests(nodes: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [node for node in nodes.values() if node["resource_type"] == "test"]


def test_exactly_the_invariants_of_the_domain_are_covered(tests_of: dict[str, dict[str, Any]]) -> None:
    in_dbt = {test["config"]["meta"].get("invariant") for test in data_tests(tests_of)} - {None}
    assert in_dbt | set(IN_PYTHON) == set(range(1, 24))
    assert not in_dbt & set(IN_PYTHON)
    for number, file in IN_PYTHON.items():
        assert f"nvariant {number}" in (ROOT / file).read_text()


def test_a_singular_test_says_in_its_header_what_its_meta_says(tests_of: dict[str, dict[str, Any]]) -> None:
    for test in data_tests(tests_of):
        if "test_metadata" in test:
            continue
        meta, text = test["config"]["meta"], test["raw_code"]
        header = text[: text.index("{{ config")]
        assert {"tier", "owner"} <= meta.keys(), test["name"]
        assert all(word in header for word in ("Threshold: ", "Window: ", "Detects: ")), test["name"]
        assert f"Tier {meta['tier']}." in header, test["name"]
        number = meta.get("invariant")
        assert number is None or header.startswith(f"-- Invariant {number}"), test["name"]
        assert (number in INDEPENDENT) == (f"{number}*, binds " in header), test["name"]


def test_an_invariant_of_two_feeds_reads_one_as_delivered(tests_of: dict[str, dict[str, Any]]) -> None:
    starred = [test for test in data_tests(tests_of) if test["config"]["meta"].get("invariant") in INDEPENDENT]
    for test in starred:
        parents = [tests_of[key]["name"] for key in test["depends_on"]["nodes"]]
        delivered = [name for name in parents if name.startswith("stg_") or name.endswith("__versions")]
        assert delivered, test["name"]
        assert any(name.startswith("fct_") for name in parents), test["name"]
    assert len(starred) >= 8


def test_every_table_of_intervals_is_tested_for_them(tests_of: dict[str, dict[str, Any]]) -> None:
    half_open = {
        test["attached_node"]
        for test in data_tests(tests_of)
        if test.get("test_metadata", {}).get("name") == "half_open_history"
    }
    intervals = {
        key: node
        for key, node in tests_of.items()
        if node["resource_type"] == "model"
        and "marts" in node["fqn"]
        and {"valid_from", "valid_to"} <= set(node["columns"])
    }
    assert {node["name"] for key, node in intervals.items() if key not in half_open} == set(GAPS_ALLOWED)
    assert len(intervals) >= 8
