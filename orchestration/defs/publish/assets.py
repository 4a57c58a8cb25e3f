"""What readers open: the published version. It runs only after every blocking check of the build has passed."""

from collections.abc import Iterable, Sequence
from typing import Any

import dagster as dg
import duckdb

from orchestration import log
from orchestration.config import settings as current_settings
from orchestration.defs.failure import as_failure
from orchestration.defs.sources.assets import WAREHOUSE
from orchestration.defs.sources.resources import Console
from orchestration.errors import GhalaError
from orchestration.governance.write import write
from orchestration.publish import publish, versions

KEY = dg.AssetKey(["serving", "ghala"])
PUBLISHED_LAYERS = ("marts", "ops")


def published(keys: Iterable[dg.AssetKey]) -> list[dg.AssetKey]:
    """The assets that a version is made of: every mart and the ops star."""
    return sorted((key for key in keys if key.path[0] in PUBLISHED_LAYERS), key=lambda key: tuple(key.path))


def ops_spec() -> dg.AssetSpec:
    """What a build writes of itself, after dbt has ended and before it is published."""
    return dg.AssetSpec(
        key=dg.AssetKey(["ops", "runs"]),
        deps=[dg.AssetKey(["ghala", "manifest"])],
        group_name="ghala",
        description="Runs, their nodes and tests, loads, quarantine, freshness: the schema `ops` of the star.",
        kinds={"duckdb"},
    )


def serving_asset(deps: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The serving file."""

    @dg.asset(
        key=KEY,
        deps=list(deps),
        group_name="serving",
        kinds={"duckdb"},
        description="The star as readers see it: one version, switched at once. `ghala versions`, `ghala rollback`.",
        required_resource_keys={"console"},
        pool=WAREHOUSE,
    )
    def serving(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        console: Console = context.resources.console
        settings = current_settings()
        try:
            with log.bound(run_id=context.run.run_id), console.writer(settings):
                done = publish(settings, unattended=True)
        except GhalaError as error:
            raise as_failure(error, console) from error
        console.published = done
        try:
            write(settings)
        except (GhalaError, OSError, duckdb.Error) as error:  # readers have the version, whatever the pages say
            context.log.warning(f"published, but the governance pages are as they were: {error}")
        version = next(known for known in versions(settings) if known.version == done.version)
        return dg.MaterializeResult(
            metadata={
                "version": done.version,
                "how": done.how,
                "file": dg.MetadataValue.path(str(done.file)),
                "bytes": version.bytes,
                "tables": len(version.tables),
                "dagster/row_count": sum(version.tables.values()),
                "loads": version.loads,
            }
        )

    return serving
