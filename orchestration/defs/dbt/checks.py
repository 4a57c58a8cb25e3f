"""Every data test is a check of an asset: severity error blocks what lies downstream, warn does not."""

import logging
from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData as Target,
)

from orchestration.dbt.outcome import Node, tier_of
from orchestration.defs.dbt.translator import asset_key, checked_node

Manifest = Mapping[str, Any]
STEP = "dbt_build"
NO_OUTPUT = f"emitted no result in step '{STEP}'"


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


def result(node: Node, key: dg.AssetCheckKey, target: Target | None, is_blocking: bool) -> dg.AssetCheckEvaluation:
    """What a test found, as Dagster shows it; `target` is the materialization that it looked at.

    As an evaluation and not as an AssetCheckResult: Dagster makes an output of each of those and looks through all
    checks for it (381 checks: 2 of a run's 10 CPU s in Dagster).
    """
    metadata: dict[str, Any] = {
        "status": node.status,
        "tier": node.tier,
        "seconds": node.seconds,
        "failed_rows": node.failures,
        "owner": node.owner,
        "message": node.message or None,
        "sql": node.compiled,
    }
    return dg.AssetCheckEvaluation(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=node.status in ("pass", "success"),
        severity=dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
        blocking=is_blocking,
        target_materialization_data=target,
        metadata={name: value for name, value in metadata.items() if value is not None},
    )


def is_true(record: logging.LogRecord) -> bool:
    """Whether a line of Dagster's log is so: it misses the output of each check, and says that none of them gates."""
    return NO_OUTPUT not in record.getMessage()


def target_of(context: dg.AssetExecutionContext, asset: dg.AssetKey) -> Target | None:
    """The newest materialization of an asset, None when there was none."""
    known = context.get_step_execution_context().maybe_fetch_and_get_input_asset_version_info(asset)
    if known is None or known.event_type != dg.DagsterEventType.ASSET_MATERIALIZATION:
        return None
    return Target(storage_id=known.storage_id, run_id=known.run_id, timestamp=known.timestamp)


def is_blocking(test: Mapping[str, Any]) -> bool:
    """Whether what lies downstream is not built when this test fails."""
    return str(test.get("config", {}).get("severity") or "error").lower() == "error"


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
        blocking=is_blocking(test),
        metadata=metadata,
    )
