"""Landing without Dagster, for `ghala ingest`."""

from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.calendar_day import believed, yesterday
from orchestration.config import Settings
from orchestration.defaults import DEFAULT_START
from orchestration.errors import ConfigError, GhalaError, UnavailableError
from orchestration.ingest.commit import recover
from orchestration.ingest.contract import load_contracts
from orchestration.ingest.land import land
from orchestration.ingest.manifest import LoadRecord, read
from orchestration.ingest.model import Contract
from orchestration.ingest.redelivery import due
from orchestration.ingest.retry import Patience
from orchestration.lock import writer
from orchestration.progress import Tell, Tick
from orchestration.run import span


def chosen(folder: Path, name: str | None) -> tuple[Contract, ...]:
    """Contracts in a folder: of a source, of one table, or all. Raises ConfigError for a name that is none."""
    contracts = load_contracts(folder)
    found = tuple(contract for contract in contracts if name in (None, contract.source, contract.key))
    if not found:
        known = ", ".join(contract.key for contract in contracts)
        raise ConfigError(f"no contract {name!r}", str(folder), f"take a source or one of: {known}")
    return found


def land_range(
    settings: Settings, name: str | None, start: date | None, through: date | None, tell: Tell
) -> tuple[list[LoadRecord], int]:
    """Land the chosen tables; returns the new loads and how many partitions were asked for.

    Raises GhalaError, after all others have landed, when the source of a partition does not answer.
    With a start the days are fetched again; without one those that are missing or whose files changed.
    """
    contracts = chosen(settings.contracts, name)
    last = through or believed(yesterday(), read(settings.home))
    first = start or settings.start_date or DEFAULT_START
    if start:
        partitions = [(contract, day) for contract in contracts for day in span(first, last)]
    else:
        with writer(settings.home):
            recover(settings.home)
        partitions = due(read(settings.home), contracts, first, last)
    done = 0

    def on_load(record: LoadRecord) -> None:
        nonlocal done
        done += 1
        label = f"{record.source}.{record.table} {record.logical_date}"
        tell(Tick("land", done, len(partitions), label, "landed", record.seconds, quiet=True))

    run_id = f"ingest-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    failed: list[UnavailableError] = []
    landed = (
        land(
            settings,
            partitions,
            run_id,
            on_load=on_load,
            on_outage=lambda _contract, _day, error: failed.append(error),
            patience=Patience(settings.retry_waits, tell=tell),
        )
        if partitions
        else []
    )
    if failed:
        error = failed[0]
        more = f" (and {len(failed) - 1:,} more of {len(partitions):,} partitions)" if len(failed) > 1 else ""
        raise GhalaError(error.what + more, error.where, error.next_step)
    return landed, len(partitions)
