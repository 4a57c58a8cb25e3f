"""A run as soon as dropped files are complete, without waiting for the night. Off until somebody switches it on."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import dagster as dg

from orchestration.calendar_day import horizon, newest_day, yesterday
from orchestration.config import settings as current_settings
from orchestration.contracts import contracts_of
from orchestration.defaults import DEFAULT_START
from orchestration.defs.sources.checks import key_of
from orchestration.defs.sources.jobs import daily as daily_job
from orchestration.errors import GhalaError
from orchestration.ingest.extract.listing import Folders, folder_of, is_dated, obstacle, pattern_of
from orchestration.ingest.manifest import LoadRecord, read
from orchestration.ingest.model import Contract
from orchestration.ingest.redelivery import due
from orchestration.run import only_missing, run_tags

EVERY = 30  # seconds between two looks at the folders: so long a file has to stay as it is
Seen = dict[str, list[list[str | int]]]  # "source.table date" → [name, bytes, mtime in ns] of each of its files


def waiting(contracts: Iterable[Contract], records: Sequence[LoadRecord], start: date, through: date) -> Seen:
    """The files of the dates that a run would land now, as far as lookbackDays reaches."""
    found: Seen = {}
    folders: dict[Path, Folders] = {}
    for contract in contracts:
        if contract.extraction.type != "files" or not is_dated(contract):
            continue
        try:
            root = folder_of(contract)
        except GhalaError:
            continue
        listing = folders.setdefault(root, Folders(root))
        first = max(start, through - timedelta(days=contract.extraction.lookback_days - 1))
        for _, day in due(records, [contract], first, through):
            files = listing.seen(pattern_of(contract, day))
            if files and not any(obstacle(file) for file in files):
                found[f"{contract.key} {day}"] = [[file.name, file.bytes, file.mtime] for file in files]
    return found


def settled(now: Seen, before: Seen) -> Seen:
    """The dates whose files are the same as at the last look: nobody is writing them any more."""
    return {key: files for key, files in now.items() if before.get(key) == files}


def request(ready: Seen, contracts: Sequence[Contract], others: Sequence[dg.AssetKey]) -> dg.RunRequest:
    """One run that lands these dates of their tables and builds; the same files do not ask for a second one.

    `others` are the assets without days: the models and the publication.
    """
    tables = {key.split(" ")[0] for key in ready}
    days = [date.fromisoformat(key.split(" ")[1]) for key in ready]
    chosen = [contract for contract in contracts if contract.key in tables]
    return dg.RunRequest(
        run_key=sha256(json.dumps(ready, sort_keys=True).encode()).hexdigest(),
        run_config=only_missing({contract.source for contract in chosen}),
        tags=run_tags(days),
        asset_selection=[*(key_of(contract) for contract in chosen), *others],
    )


def sensor(others: Sequence[dg.AssetKey]) -> dg.SensorDefinition:
    """The sensor `file_drops`; its cursor is what it saw at its last look."""

    @dg.sensor(
        name="file_drops",
        job=daily_job,
        minimum_interval_seconds=EVERY,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description=f"Lands dropped files that have not changed for {EVERY} seconds, late and corrected ones too.",
    )
    def file_drops(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        settings = current_settings()
        contracts = contracts_of(settings.contracts)
        records = read(settings.home)
        through = horizon(newest_day(records), yesterday())
        now = waiting(contracts, records, settings.start_date or DEFAULT_START, through)
        ready = settled(now, _seen(context.cursor))
        requests = [request(ready, contracts, others)] if ready else []
        return dg.SensorResult(run_requests=requests, cursor=json.dumps(now))

    return file_drops


def _seen(cursor: str | None) -> Seen:
    seen: Seen = json.loads(cursor) if cursor else {}
    return seen
