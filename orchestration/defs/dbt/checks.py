"""Every data test is a check of an asset: severity error blocks what lies downstream, warn does not."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.dbt.outcome import Node, tier_of
from orchestration.defs.dbt.translator import asset_key, checked_node

Manifest = Mapping[str, Any]


def dbt_tests(manifest: Manifest) -> dict[str, Mapping[str, Any]]:
    """Data tests that are switched on, by unique id."""
    return {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "test"}


def check_keys(manifest: Manifest) -> dict[str, dg.AssetCheckKey]:
    """The check of each test by the test's unique id. Tests on sources are left out: they guard what dbt reads."""
    nodes = manifest["nodes"]
    keys: dict[str, dg.AssetCheckKey] = {}
    for unique_id, test in dbt_tests(manifest).items():
        node = checked_node(test, {**nodes, **manifest["sources"]})
        if node is not None:
            props = nodes.get(node) or manifest["sources"][node]
            keys[unique_id] = dg.AssetCheckKey(asset_key(props), test["name"])
    return keys


def check_specs(manifest: Manifest) -> list[dg.AssetCheckSpec]:
    """One check per test, with tier and owner."""
    found = dbt_tests(manifest)
    return [_spec(unique_id, found[unique_id], key) for unique_id, key in check_keys(manifest).items()]


def result(node: Node, key: dg.AssetCheckKey) -> dg.AssetCheckResult:
    """What a test found, as Dagster shows it."""
    metadata: dict[str, Any] = {
        "status": node.status,
        "tier": node.tier,
        "seconds": node.seconds,
        "failed_rows": node.failures,
        "owner": node.owner,
        "message": node.message or None,
        "sql": node.compiled,
    }
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=node.status in ("pass", "success"),
        severity=dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
        metadata={name: value for name, value in metadata.items() if value is not None},
    )


def _spec(unique_id: str, test: Mapping[str, Any], key: dg.AssetCheckKey) -> dg.AssetCheckSpec:
    config = test.get("config", {})
    meta = {**test.get("meta", {}), **config.get("meta", {})}
    kind = str(test["resource_type"])
    metadata: dict[str, Any] = {"tier": tier_of(kind, config, meta), "dbt_unique_id": unique_id}
    if owner := meta.get("owner"):
        metadata["owner"] = owner
    return dg.AssetCheckSpec(
        name=key.name,
        asset=key.asset_key,
        description=test.get("description") or None,
        blocking=str(config.get("severity") or "error").lower() == "error",
        metadata=metadata,
    )
