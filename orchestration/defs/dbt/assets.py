"""Every dbt node as an asset, in one step: one dbt invocation builds everything that changed.

dbt runs inside this process (its start-up costs 4.8 CPU s in a process of its own); what it did is reported after it
has ended, with row counts, because nobody else can open the files while it works.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import build_dbt_asset_specs

from orchestration import log
from orchestration.build import build
from orchestration.config import Settings
from orchestration.config import settings as current_settings
from orchestration.dbt.arguments import BuildRequest
from orchestration.dbt.failures import BuildError
from orchestration.dbt.outcome import Node, Outcome
from orchestration.defs.dbt import lineage
from orchestration.defs.dbt.checks import STEP, check_keys, check_specs, is_blocking, is_true, result, target_of
from orchestration.defs.dbt.translator import GhalaTranslator, asset_key
from orchestration.defs.failure import as_failure
from orchestration.defs.sources.assets import WAREHOUSE
from orchestration.defs.sources.resources import Console
from orchestration.errors import GhalaError
from orchestration.ingest.manifest import read
from orchestration.ops import staleness
from orchestration.quoting import identifier, literal

Event = dg.MaterializeResult[Any] | dg.AssetCheckEvaluation
BUILT = ("model", "seed", "snapshot")
COLUMNS = """
    select database_name, schema_name, table_name, column_name, data_type
    from duckdb_columns() where not internal order by database_name, schema_name, table_name, column_index
"""


class BuildConfig(dg.Config):
    """`full_refresh` rebuilds incremental models from bronze."""

    full_refresh: bool = False


def asset_specs(manifest: Mapping[str, Any]) -> list[dg.AssetSpec]:
    """The assets of a manifest, with everything that a test of them may need."""
    return list(build_dbt_asset_specs(manifest=manifest, dagster_dbt_translator=GhalaTranslator()))


def request_for(
    manifest: Mapping[str, Any], chosen: set[dg.AssetKey] | None, checks: set[dg.AssetCheckKey], full_refresh: bool
) -> BuildRequest:
    """What dbt builds: everything (`chosen` is None), or the nodes behind the chosen assets and checks."""
    if chosen is None:
        return BuildRequest(full_refresh=full_refresh)
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] in BUILT]
    select = [".".join(node["fqn"]) for node in nodes if asset_key(node) in chosen]
    alone = {key for key in checks if key.asset_key not in chosen}  # checks without their assets: their tests by name
    select += [unique_id.split(".")[2] for unique_id, key in check_keys(manifest).items() if key in alone]
    return BuildRequest(select=tuple(sorted(select)), full_refresh=full_refresh)


def dbt_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The whole dbt project as one step whose assets and checks can be chosen one by one."""
    logging.getLogger("dagster._core.execution.plan.active").addFilter(is_true)

    @dg.multi_asset(
        name=STEP,
        specs=asset_specs(manifest),
        check_specs=check_specs(manifest),
        can_subset=True,
        required_resource_keys={"console"},
        pool=WAREHOUSE,
        allow_arbitrary_check_specs=True,
    )
    def dbt_build(context: dg.AssetExecutionContext, config: BuildConfig) -> Iterator[Event]:
        chosen = set(context.selected_asset_keys) if context.is_subset else None
        request = request_for(manifest, chosen, set(context.selected_asset_check_keys), config.full_refresh)
        yield from _build(context, current_settings(), manifest, request)

    return dbt_build


def _build(
    context: dg.AssetExecutionContext, settings: Settings, manifest: Mapping[str, Any], request: BuildRequest
) -> Iterator[Event]:
    console: Console = context.resources.console
    failed: GhalaError | None = None
    try:
        with log.bound(run_id=context.run.run_id), console.writer(settings):
            outcome = build(settings, request, console.to(context.log.info), kind="run", phases=console.seconds)
    except BuildError as error:
        outcome, failed = error.outcome, error
    except GhalaError as error:
        raise as_failure(error, console) from error
    console.outcome = outcome
    console.seconds["build"] = outcome.seconds
    yield from events(context, settings, manifest, outcome)
    if failed:
        raise as_failure(failed, console) from failed


def events(
    context: dg.AssetExecutionContext, settings: Settings, manifest: Mapping[str, Any], outcome: Outcome
) -> Iterator[Event]:
    """What dbt did as materializations and check results: those that this run was asked for."""
    keys = check_keys(manifest)
    built = [node for node in outcome.nodes if node.kind in BUILT and node.status == "success"]
    facts = _facts(context, settings, manifest, built)
    for node in outcome.nodes:
        if node.kind in BUILT and node.status == "success":
            key = asset_key(manifest["nodes"][node.unique_id])
            if key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=key, metadata=facts.get(node.unique_id, {}))
        elif (
            node.is_test and node.status != "skipped" and keys.get(node.unique_id) in context.selected_asset_check_keys
        ):
            check = keys[node.unique_id]
            target = target_of(context, check.asset_key)
            yield result(node, check, target, is_blocking(manifest["nodes"][node.unique_id]))


def _facts(
    context: dg.AssetExecutionContext, settings: Settings, manifest: Mapping[str, Any], built: Sequence[Node]
) -> dict[str, dict[str, Any]]:
    """What the browser shows of each node. It is no gate: a file that another program has open stops no publication."""
    try:
        rows, columns = look((settings.warehouse, settings.star), built)
        lineages = lineage.of_nodes(manifest, [node.unique_id for node in built], columns, settings.home / "target")
        ages = _ages(settings, manifest)
    except (duckdb.Error, OSError, ValueError) as error:
        context.log.warning(f"rows, columns and lineage are not shown for this run: {error}")
        return {}
    return {node.unique_id: _metadata(node, rows, columns, lineages) | ages.get(_table(node), {}) for node in built}


def look(files: Sequence[Path], nodes: Sequence[Node]) -> tuple[dict[str, int], dict[str, dict[str, str]]]:
    """Rows by relation, of tables only (a count of a view would run it), and columns with types by relation."""
    counts: dict[str, int] = {}
    columns: dict[str, dict[str, str]] = {}
    with duckdb.connect() as connection:
        for file in files:
            if file.is_file():
                connection.execute(f"attach {literal(file)} as {identifier(file.stem)} (read_only)")
        for *relation, name, kind in connection.sql(COLUMNS).fetchall():
            columns.setdefault(".".join(f'"{part}"' for part in relation), {})[name] = kind
        tables = connection.sql("select database_name, schema_name, table_name from duckdb_tables()").fetchall()
        known = {f'"{database}"."{schema}"."{name}"' for database, schema, name in tables}
        for table in {node.relation for node in nodes if node.relation} & known:
            answer = connection.sql(f"select count(*) from {table}").fetchone()
            counts[table] = int(answer[0]) if answer else 0
    return counts, columns


def _ages(settings: Settings, manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """How far the data of each mart go, as its metadata says it, by the mart's name."""
    newest = staleness.newest_days(record.partition for record in read(settings.home))
    ages = staleness.mart_ages(staleness.lineage(manifest), newest, staleness.now(settings.home))
    return {
        age.mart: {
            "data_as_of": str(age.as_of or ""),
            "is_stale": bool(age.stale_sources),
            "stale_sources": ", ".join(age.stale_sources),
        }
        for age in ages
    }


def _table(node: Node) -> str:
    """The name of a node's table: that of a model has its version."""
    return (node.relation or "").rpartition(".")[2].strip('"')


def _metadata(
    node: Node,
    rows: Mapping[str, int],
    columns: Mapping[str, Mapping[str, str]],
    lineages: Mapping[str, dg.TableColumnLineage],
) -> dict[str, Any]:
    relation = node.relation or ""
    found: dict[str, Any] = {"seconds": node.seconds, "relation": relation}
    if relation in rows:
        found["dagster/row_count"] = rows[relation]
    if relation in columns:
        schema = [dg.TableColumn(name, kind) for name, kind in columns[relation].items()]
        found["dagster/column_schema"] = dg.TableSchema(schema)
    if node.unique_id in lineages:
        found["dagster/column_lineage"] = lineages[node.unique_id]
    return found
