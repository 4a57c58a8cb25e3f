"""Commands that change the warehouse: init, ingest, build, run."""

import os
import secrets
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from orchestration.cli.personal import KEY_BYTES
from orchestration.cli.terminal import err, out, progress
from orchestration.config import Settings, settings
from orchestration.errors import ConfigError

DAY: Any = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}
Table = Annotated[str | None, typer.Argument(metavar="SOURCE[.TABLE]", help="Everything unless given.")]


def init() -> None:
    """Make GHALA_HOME ready: its folders, and .env with a random key for hashing personal data."""
    from orchestration.dagster_home import prepare  # noqa: PLC0415

    config = settings()
    for folder in (config.home, config.logs, config.serving):
        folder.mkdir(parents=True, exist_ok=True)
    file = config.home / ".env"
    made = add_key(file)
    prepare(config)
    out.print(f"{file}: {'made a new GHALA_HMAC_KEY' if made else 'GHALA_HMAC_KEY is there, left as it is'}")
    out.print(
        "next: put the connections of your sources there (GHALA_<NAME>_DSN, _URL and _TOKEN, _DIR), then: ghala run"
    )


def add_key(file: Path) -> bool:
    """Add GHALA_HMAC_KEY to an env file unless it has one; True when it was added. Readable by its owner only."""
    lines = file.read_text().splitlines() if file.is_file() else []
    if any(line.startswith("GHALA_HMAC_KEY=") for line in lines):
        return False
    lines.append(f"GHALA_HMAC_KEY={secrets.token_hex(KEY_BYTES)}")
    beside = file.with_name(f"{file.name}.tmp")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as text:
        text.write("\n".join(lines) + "\n")
    beside.replace(file)
    return True


def ingest(
    table: Table = None,
    date_: Annotated[datetime | None, typer.Option("--date", help="Fetch this day again.", **DAY)] = None,
    from_: Annotated[datetime | None, typer.Option("--from", help="Fetch the days from here again …", **DAY)] = None,
    to: Annotated[datetime | None, typer.Option("--to", help="… through here.", **DAY)] = None,
) -> None:
    """Land source tables in bronze. Without dates: every day that is missing, through yesterday."""
    from orchestration.cli.landing import land_range  # noqa: PLC0415

    config = settings()
    if date_ and (from_ or to):
        raise ConfigError("--date and --from/--to exclude each other", "ghala ingest", "give one day or a range")
    start, through = (_day(date_), _day(date_)) if date_ else (_day(from_), _day(to))
    with progress() as tell:
        landed, asked = land_range(config, table, start, through, tell)
    rows = sum(record.rows for record in landed)
    quarantined = sum(record.quarantined for record in landed)
    if not asked:
        out.print("nothing is missing; give --date or --from/--to to fetch days again")
        return
    out.print(f"{len(landed)} new of {asked} partitions, {rows:,} rows, {quarantined:,} quarantined. next: ghala build")


def build(
    select: Annotated[list[str] | None, typer.Option(help="A dbt selection; repeat for more.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="A dbt selection to leave out.")] = None,
    full_refresh: Annotated[bool, typer.Option(help="Rebuild incremental models from bronze.")] = False,
) -> None:
    """Build the star with its tests. A selection is for work on models: only a full build can be published."""
    from orchestration import build as building  # noqa: PLC0415
    from orchestration.dbt.arguments import BuildRequest  # noqa: PLC0415
    from orchestration.summary_view import gates_table  # noqa: PLC0415

    config = settings()
    request = BuildRequest(tuple(select or ()), tuple(exclude or ()), full_refresh)
    with progress() as tell:
        outcome = building.build(config, request, tell)
    models = sum(1 for node in outcome.nodes if not node.is_test)
    out.print(gates_table(outcome))
    after = "ghala publish" if request.complete else "ghala build (without a selection), to publish"
    out.print(f"{models} models built in {outcome.seconds:.1f} s. next: {after}")


def run(
    from_: Annotated[
        datetime | None, typer.Option("--from", help="First day; GHALA_START_DATE unless given.", **DAY)
    ] = None,
    to: Annotated[datetime | None, typer.Option("--to", help="Last day; yesterday unless given.", **DAY)] = None,
    wait: Annotated[
        bool | None,
        typer.Option(
            "--wait/--no-wait",
            help="Wait minutes for a source that is down, as its contract says, or seconds."
            " On a terminal it is seconds unless you say so: you can run it again.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """The main job: land what is missing, build with tests, publish, and say what came of it.

    A source that is down does not stop it: its previous data stay, marked as stale, until a later run gets the rest.
    """
    from orchestration import run as job  # noqa: PLC0415
    from orchestration.alerts.settle import alerting  # noqa: PLC0415
    from orchestration.calendar_day import believed, yesterday  # noqa: PLC0415
    from orchestration.dbt.failures import BuildError  # noqa: PLC0415
    from orchestration.errors import GateError  # noqa: PLC0415
    from orchestration.governance import write as governance  # noqa: PLC0415
    from orchestration.ingest.manifest import read  # noqa: PLC0415
    from orchestration.summary import summarise  # noqa: PLC0415
    from orchestration.summary_view import show  # noqa: PLC0415

    config = settings()
    run_id = str(uuid4())
    with alerting(config, run_id, lambda text: err.print(text, markup=False, soft_wrap=True)), progress() as tell:
        try:
            start = _day(from_) or first_day(config)
            through = _day(to) or believed(yesterday(), read(config.home))
            waits = not err.is_terminal if wait is None else wait
            report = job.run(config, start, through, tell, waits=waits, run_id=run_id)
        except (GateError, BuildError):
            governance.write(config)  # a publication writes the pages, and this run had none
            raise
    summary = summarise(config, report)
    if json:
        out.print_json(summary.as_json())
    else:
        show(out, summary)


def rebuild() -> None:
    """Rebuild the snapshots from bronze, which keeps every delivered state; then build everything."""
    from orchestration.snapshots import rebuild as rebuild_snapshots  # noqa: PLC0415

    config = settings()
    with progress() as tell:
        outcome = rebuild_snapshots(config, tell)
    err.print(f"snapshots rebuilt, {len(outcome.nodes)} nodes built. next: ghala publish")


def first_day(config: Settings) -> date:
    """Where the warehouse starts: GHALA_START_DATE, else a fixed day."""
    from orchestration.defaults import DEFAULT_START  # noqa: PLC0415

    return config.start_date or DEFAULT_START


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


COMMANDS = (
    (init, "ghala init"),
    (run, "ghala run --to 2026-03-31"),
    (ingest, "ghala ingest erp.products --date 2026-03-31"),
    (build, "ghala build --select fct_order_lines+"),
)
GROUP = ((rebuild, "ghala snapshots rebuild"),)
