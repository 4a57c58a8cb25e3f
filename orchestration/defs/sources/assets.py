"""One asset per contract: a table of a source, by day, as Parquet in bronze."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
from dagster._core.definitions.source_asset import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION

from orchestration.config import Settings
from orchestration.config import settings as current_settings
from orchestration.dbt.arguments import BuildRequest
from orchestration.defs.failure import as_failure
from orchestration.defs.sources import checks
from orchestration.defs.sources.checks import key_of
from orchestration.defs.sources.resources import Console
from orchestration.errors import GhalaError, UnavailableError
from orchestration.ingest import manifest
from orchestration.ingest.land import land
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Column, Contract
from orchestration.ingest.redelivery import redelivered
from orchestration.ops import record, staleness
from orchestration.progress import Tick

KIND = {"postgres": "postgres", "rest": "api", "files": "file"}
FORMAT = {"excel": "excel", "csv": "csv"}
WAREHOUSE = "warehouse"  # the pool with one place: one writer

Partition = tuple[Contract, date]
Event = dg.Output[None] | dg.AssetCheckResult


class LandConfig(dg.Config):
    """`only_missing` skips days that are landed; without it the chosen days are fetched again."""

    only_missing: bool = False


def owners(contract: Contract) -> list[str]:
    """Dagster's owners: an e-mail as it is, anything else as a team."""
    return [contract.owner if "@" in contract.owner else "team:" + "-".join(contract.owner.lower().split())]


def column_schema(columns: Iterable[Column], primary_key: Sequence[str]) -> dg.TableSchema:
    """The contract's columns as Dagster shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=column.type,
                description=column.description,
                constraints=dg.TableColumnConstraints(
                    nullable=not column.required, unique=primary_key == (column.name,)
                ),
            )
            for column in columns
        ]
    )


def spec(contract: Contract, partitions: dg.PartitionsDefinition[str]) -> dg.AssetSpec:
    """The asset of a contract."""
    extraction = contract.extraction
    kind = FORMAT.get(extraction.format or "", KIND.get(extraction.type, extraction.type))
    return dg.AssetSpec(
        key=key_of(contract),
        group_name=contract.source,
        description=f"{contract.description}\n\nGrain: {contract.grain}",
        owners=owners(contract),
        kinds={kind, "parquet"},
        tags={"domain": contract.domain, "contract_version": contract.version},
        partitions_def=partitions,
        metadata={
            "dagster/column_schema": column_schema(contract.columns, contract.primary_key),
            "contract": dg.MetadataValue.text(f"contracts/{contract.source}/{contract.file.name}"),
        },
    )


def to_land(
    contracts: Iterable[Contract], days: Sequence[date], landed: Collection[tuple[str, str, date]], only_missing: bool
) -> list[Partition]:
    """The partitions of a run: every chosen day of every chosen table, without those landed if so asked."""
    return [
        (contract, day)
        for day in days
        for contract in contracts
        if not (only_missing and (contract.source, contract.table, day) in landed)
    ]


def facts(record: LoadRecord) -> dict[str, Any]:
    """What a partition's materialization says."""
    return {
        "dagster/partition_row_count": record.rows,
        "bytes": record.bytes,
        "quarantined": record.quarantined,
        "seconds": record.seconds,
        "load_number": record.load_number,
        "file": dg.MetadataValue.text(record.file),
    }


def source_assets(
    source: str, contracts: Sequence[Contract], partitions: dg.PartitionsDefinition[str]
) -> dg.AssetsDefinition:
    """All tables of one source as one step: an endpoint that serves two tables is fetched once."""

    @dg.multi_asset(
        name=f"land_{source}",
        specs=[spec(contract, partitions) for contract in contracts],
        check_specs=[check for contract in contracts for check in checks.specs(contract)],
        can_subset=True,
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={"console"},
        pool=WAREHOUSE,
    )
    def land_source(context: dg.AssetExecutionContext, config: LandConfig) -> Iterator[Event]:
        chosen = [contract for contract in contracts if key_of(contract) in context.selected_asset_keys]
        days = [date.fromisoformat(key) for key in context.partition_keys]
        yield from _land(context, current_settings(), chosen, days, config.only_missing)

    return land_source


def manifest_spec(contracts: Iterable[Contract]) -> dg.AssetSpec:
    """What landing writes about itself; dbt reads it as a source like any other."""
    return dg.AssetSpec(
        key=dg.AssetKey(["ghala", "manifest"]),
        deps=[key_of(contract) for contract in contracts],
        group_name="ghala",
        description="One line per load, written last: what it does not name has not been landed.",
        kinds={"json"},
    )


def _land(
    context: dg.AssetExecutionContext,
    settings: Settings,
    contracts: Sequence[Contract],
    days: Sequence[date],
    only_missing: bool,
) -> Iterator[Event]:
    console: Console = context.resources.console
    source = contracts[0].source
    tell = console.to(context.log.info)
    started, started_at = time.monotonic(), datetime.now(UTC)
    records = manifest.read(settings.home)
    changed = redelivered(records, contracts, min(days), max(days)) if only_missing else set()
    landed = {key for key in manifest.current(records) if key not in changed}
    partitions = to_land(contracts, days, landed, only_missing)
    done = 0

    def on_load(record: LoadRecord) -> None:
        nonlocal done
        done += 1
        console.loads.append(record)
        label = f"{record.source}.{record.table} {record.logical_date}"
        tell(Tick(f"land {source}", done, len(partitions), label, "landed", record.seconds, quiet=True))

    def on_outage(contract: Contract, day: date, error: UnavailableError) -> None:
        fault = error.what.removeprefix(f"{contract.key} is not landed: ")
        status = "not landed" if error.what in console.faults else f"not landed: {fault}"
        console.faults.add(error.what)  # said once, not for each of its tables
        tell(Tick(f"land {source}", done, len(partitions), f"{contract.key} {day}", status))

    patience = console.patience_of(context.run.run_id, settings, tell)
    try:
        if partitions:
            with console.writer(settings):
                land(settings, partitions, context.run.run_id, on_load=on_load, on_outage=on_outage, patience=patience)
    except GhalaError as error:
        _note_stopped(console, settings, started_at, error)
        newest = manifest.current(manifest.read(settings.home))
        for contract in contracts:  # what came before the stop has landed
            _tell_days(context, contract, days, newest)
        yield from _checked(context, settings, contracts, days, error)
        raise as_failure(error, console) from error
    finally:
        console.seconds[f"land {source}"] = round(time.monotonic() - started, 2)
    newest = manifest.current(manifest.read(settings.home))
    for contract in contracts:
        _tell_days(context, contract, days, newest)
        yield dg.Output(
            None,
            key_of(contract).to_python_identifier(),
            metadata={SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION: True},
        )
    yield from _checked(context, settings, contracts, days, None)


def _tell_days(
    context: dg.AssetExecutionContext,
    contract: Contract,
    days: Sequence[date],
    newest: Mapping[tuple[str, str, date], LoadRecord],
) -> None:
    """Tell Dagster of the days that are landed; the table's output itself says nothing about any.

    Dagster would call every day of the run's range materialized: one whose source was down must stay missing, and of
    a long range only what this run has landed, or what Dagster does not know yet, is news.
    """
    key = key_of(contract)
    known = context.instance.get_materialized_partitions(key) if len(days) > 1 else set()
    for day in days:
        load = newest.get((contract.source, contract.table, day))
        if load and (load.run_id == context.run.run_id or day.isoformat() not in known):
            context.log_event(dg.AssetMaterialization(key, partition=day.isoformat(), metadata=facts(load)))


def _note_stopped(console: Console, settings: Settings, started_at: datetime, error: GhalaError) -> None:
    """Keep in the history that a run ended before its build; once, if several sources stop it."""
    if console.error is None:
        record.keep_without_end(
            settings, record.Occasion("run", started_at, BuildRequest(), 0, ""), "stopped", error.what
        )


def _checked(
    context: dg.AssetExecutionContext,
    settings: Settings,
    contracts: Sequence[Contract],
    days: Sequence[date],
    error: GhalaError | None,
) -> Iterator[dg.AssetCheckResult]:
    """The results of the checks that this run was asked for."""
    behind = {one.table: one for one in staleness.now(settings.home)}
    newest = manifest.current(manifest.read(settings.home))
    for contract in contracts:
        for found in checks.results(contract, days, newest, error, stale=behind.get(contract.key)):
            key = dg.AssetCheckKey(checks.key_of(contract), str(found.check_name))
            if key in context.selected_asset_check_keys:
                yield found
