"""SQL for a question about metrics, written by MetricFlow from a semantic manifest."""

import functools
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

from consumption.metrics import kept
from orchestration.errors import ConfigError, GhalaError

IN_THE_FILE = "{schema_name}.{alias}"  # without the database of the build: a serving file has another name
_one = Lock()  # MetricFlow numbers its subqueries by a counter of the process


def sql(engine: Any, **request: Any) -> str:
    """The statement for a request of MetricFlowQueryRequest.create. Raises ConfigError for what MetricFlow refuses."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest  # noqa: PLC0415
    from metricflow_semantics.errors.error_classes import CustomerFacingSemanticException  # noqa: PLC0415

    with _one:
        try:
            return str(engine.explain(MetricFlowQueryRequest.create(**request)).sql_statement.sql)
        except CustomerFacingSemanticException as error:
            raise ConfigError(
                f"MetricFlow cannot answer this: {' '.join(str(error).split())[:400]}",
                "the metrics, --by, --grain and --where together",
                "see what each metric knows: ghala metric show NAME",
            ) from error


@functools.lru_cache(maxsize=2)
def engine_of(home: Path, version: str) -> Any:
    """The engine for a published version, made once per process."""
    return engine(kept.of_version(home, version))


def engine(manifest: Mapping[str, Any], relation: str = IN_THE_FILE) -> Any:
    """MetricFlow's engine; `relation` says how a table is called in its SQL.

    Raises GhalaError when MetricFlow is not installed.
    """
    try:
        from metricflow.engine.metricflow_engine import MetricFlowEngine  # noqa: PLC0415
        from metricflow.protocols.sql_client import SqlEngine  # noqa: PLC0415
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer  # noqa: PLC0415
        from metricflow_semantics.model.dbt_manifest_parser import (  # noqa: PLC0415
            parse_manifest_from_dbt_generated_manifest,
        )
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup  # noqa: PLC0415
    except ImportError as error:
        raise GhalaError(
            "metrics need MetricFlow, which is not in the core environment", str(error), "install it: make ui"
        ) from error
    import orjson  # noqa: PLC0415

    parsed = parse_manifest_from_dbt_generated_manifest(orjson.dumps(_renamed(manifest, relation)).decode())
    dialect: Any = SimpleNamespace(sql_engine_type=SqlEngine.DUCKDB, sql_plan_renderer=DuckDbSqlPlanRenderer())
    return MetricFlowEngine(semantic_manifest_lookup=SemanticManifestLookup(parsed), sql_client=dialect)


def _renamed(manifest: Mapping[str, Any], name: str) -> dict[str, Any]:
    copied = deepcopy(dict(manifest))
    nodes: Sequence[Any] = [*copied["semantic_models"], *copied["project_configuration"]["time_spines"]]
    for relation in (node["node_relation"] for node in nodes):
        relation["relation_name"] = name.format(**relation)
    return copied
