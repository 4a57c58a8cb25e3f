"""All definitions of a project, from its contracts and its dbt manifest."""

from datetime import date
from itertools import groupby

import dagster as dg

from orchestration.calendar_day import newest_day
from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.dbt import manifest as dbt_manifest
from orchestration.defs.alerts import sensors
from orchestration.defs.dbt.assets import dbt_assets
from orchestration.defs.publish.assets import ops_spec, published, serving_asset
from orchestration.defs.sources import file_drops, jobs, schedules
from orchestration.defs.sources.assets import manifest_spec, source_assets
from orchestration.defs.sources.partitions import daily
from orchestration.defs.sources.resources import Console
from orchestration.ingest.manifest import read


def assemble(settings: Settings, through: date | None = None, console: Console | None = None) -> dg.Definitions:
    """Definitions of the project in `settings`; `through` is a day that must be a partition, landed or not,
    and `console` who listens.

    Raises ConfigError for a broken contract, GhalaError for a project that dbt cannot parse.
    """
    console = console or Console()
    contracts = contracts_of(settings.contracts)
    partitions = daily(settings.start_date, newest_day(read(settings.home), through))
    manifest = dbt_manifest.load(settings, console.tell)
    sources = [
        source_assets(source, list(tables), partitions)
        for source, tables in groupby(contracts, key=lambda contract: contract.source)
    ]
    built, ops = dbt_assets(manifest), ops_spec()
    serving = serving_asset(published([*built.keys, ops.key]))
    return dg.Definitions(
        assets=[
            *sources,
            manifest_spec(contracts),
            built,
            ops,
            serving,
        ],
        jobs=[jobs.bootstrap, jobs.daily],
        schedules=[schedules.daily],
        sensors=[
            sensors.alerts_on_failure,
            sensors.alerts_on_success,
            sensors.dead_runs,
            file_drops.sensor([*built.keys, *serving.keys]),
        ],
        resources={"console": console},
        executor=dg.in_process_executor,
    )
