"""The main job: land what is missing, build with tests, publish. The same job that Dagster shows, in this process."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from orchestration.build import build
from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.dbt.arguments import BuildRequest
from orchestration.dbt.outcome import Outcome
from orchestration.defaults import DEFAULT_START
from orchestration.errors import ConfigError, GhalaError
from orchestration.ingest.commit import recover
from orchestration.ingest.manifest import LoadRecord, read
from orchestration.ingest.redelivery import due
from orchestration.lock import writer
from orchestration.news import up_to_date
from orchestration.progress import Tell, Tick
from orchestration.publish import Published, publish
from orchestration.redact import redact

LOCATION = "__repository__@orchestration.definitions"


@dataclass(frozen=True)
class RunReport:
    """What a run did: `seconds` by phase in order, `loads` the partitions it landed; no `outcome`: nothing was new."""

    through: date
    seconds: dict[str, float]
    loads: tuple[LoadRecord, ...]
    outcome: Outcome | None
    published: Published


def span(start: date, through: date) -> list[date]:
    """All days from start through `through`, both included. Raises ConfigError when there is none."""
    if through < start:
        raise ConfigError(
            f"the range is empty: it starts on {start} and ends on {through}",
            "--from/--to, or GHALA_START_DATE",
            "give an end that is not before the start",
        )
    return [start + timedelta(days=offset) for offset in range((through - start).days + 1)]


def run_tags(days: list[date]) -> dict[str, str]:
    """Dagster's tags for one day or a range; none when nothing is to be landed."""
    if not days:
        return {}
    first, last = min(days).isoformat(), max(days).isoformat()
    if first == last:
        return {"dagster/partition": first}
    return {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}


def run(
    settings: Settings, start: date, through: date, tell: Tell, *, waits: bool = False, run_id: str | None = None
) -> RunReport:
    """Land every missing day of every table and those whose files changed, build, publish. `run_id` is Dagster's.

    A source that is down is left out: its previous data stay and are marked as stale. With `waits` it is waited for as
    long as its contract says, else for seconds. Raises GhalaError (a gate blocked, a step failed) or ConfigError;
    readers then keep the version they have.
    """
    began = time.monotonic()
    with writer(settings.home):
        span(start, through)
        recover(settings.home)  # landing does so too, but after a kill at its very end there is nothing left to land
        contracts = contracts_of(settings.contracts)
        missing = due(read(settings.home), contracts, start, through)
        if not missing and (published := up_to_date(settings)):
            return RunReport(through, {"look": round(time.monotonic() - began, 2)}, (), None, published)
        days = [day for _, day in missing]
        tables = {contract.key for contract, _ in missing}
        first = min(start, settings.start_date or DEFAULT_START)  # every day of the range must be a partition
        spanning = replace(settings, start_date=first)
        console = _execute(spanning, through, days, tables, tell, waits=waits, run_id=run_id)
    if console.outcome is None or console.published is None:
        raise GhalaError("the run ended without a publication", str(settings.logs), "see the run in: make ui")
    known = dict(console.seconds)
    total = time.monotonic() - began
    seconds = {"start": round(max(total - sum(known.values()), 0.0), 2), **known}
    return RunReport(through, seconds, tuple(console.loads), console.outcome, console.published)


def only_missing(sources: Iterable[str]) -> dict[str, Any]:
    """Dagster's run configuration of sources that leave alone the days that are landed."""
    return {"ops": {f"land_{source}": {"config": {"only_missing": True}} for source in sources}}


def _execute(
    settings: Settings,
    through: date,
    days: list[date],
    tables: set[str],
    tell: Tell,
    *,
    waits: bool,
    run_id: str | None,
) -> Any:
    """Run the job `daily` or `bootstrap` in this process, so that the browser shows it like any other run."""
    tell(Tick("start", 0, 0, "reading the project"))
    from orchestration.dagster_instance import FROM_TERMINAL, open_instance  # noqa: PLC0415  (2 s: only runs need it)
    from orchestration.defs.assemble import assemble  # noqa: PLC0415
    from orchestration.defs.sources.resources import Console  # noqa: PLC0415

    console = Console(tell=tell, interactive=True, waits=waits)
    with open_instance(settings, is_alone=True) as instance:
        definitions = assemble(settings, through, console)
        job = definitions.resolve_job_def("bootstrap" if len(set(days)) > 1 else "daily")
        chosen = [
            key
            for key in job.asset_layer.selected_asset_keys
            if not job.asset_layer.get(key).partitions_def or ".".join(key.path) in tables
        ]
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        tags = {".dagster/repository": LOCATION, FROM_TERMINAL: "terminal", **run_tags(days)}
        result = job.execute_in_process(
            instance=instance,
            run_config=quiet | only_missing({table.split(".")[0] for table in tables}),
            asset_selection=chosen,
            tags=tags,
            run_id=run_id,
            raise_on_error=False,
        )
    if console.error is not None:
        raise console.error
    if not result.success:
        raise _unexpected(settings, result)
    return console


def _unexpected(settings: Settings, result: Any) -> GhalaError:
    texts = [
        event.event_specific_data.error.to_string()
        for event in result.all_events
        if getattr(event.event_specific_data, "error", None) is not None
    ]
    settings.logs.mkdir(parents=True, exist_ok=True)
    file = settings.logs / f"run-{result.run_id}.log"
    file.write_text(redact("\n\n".join(texts)) or "no error was recorded\n")
    lines = [line.strip() for line in (texts[-1] if texts else "unknown").splitlines() if line.strip()]
    return GhalaError(f"the run failed: {lines[0][:300]}", str(file), "the file has the whole error; then: ghala run")


def build_and_publish(settings: Settings, tell: Tell) -> tuple[Outcome, Published]:
    """Build everything and publish it, without landing and without Dagster."""
    with writer(settings.home):
        outcome = build(settings, BuildRequest(), tell)
        return outcome, publish(settings)
