"""Commands for what readers see: publish, versions, rollback, pin, unpin, dashboard."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration.cli.terminal import out, progress
from orchestration.config import settings
from orchestration.errors import ConfigError, GhalaError

if TYPE_CHECKING:
    from orchestration.lacking import Lacking
    from orchestration.publish import Version

Name = Annotated[str, typer.Argument(metavar="VERSION", help="One of `ghala versions`.")]


class Target(StrEnum):
    """Where else the published version can be loaded."""

    POSTGRES = "postgres"


def publish(
    allow_breaking: Annotated[
        bool, typer.Option("--allow-breaking", help="Even if readers of a public mart lose something.")
    ] = False,
    to: Annotated[
        Target | None,
        typer.Option(help="Load the version that readers see into the database of GHALA_PUBLISH_POSTGRES_DSN."),
    ] = None,
) -> None:
    """Publish the last build, if it was complete and its gates passed; ends a rollback. Readers notice nothing."""
    from orchestration import publish as publishing  # noqa: PLC0415

    if to:
        if allow_breaking:
            raise ConfigError(
                "--allow-breaking and --to exclude each other", "ghala publish", "publish first, then: … --to postgres"
            )
        load()
        return
    done = publishing.publish(settings(), allow_breaking=allow_breaking)
    if done.how == "kept":
        out.print(f"nothing new since version {done.version}: readers see it")
    else:
        out.print(f"published version {done.version} ({done.how})\n  {done.file}", soft_wrap=True)


def load() -> None:
    """Load the published version into PostgreSQL and say what came of it."""
    try:
        from consumption.bi.postgres import publish as load_into  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise GhalaError(
            f"the package {error.name} is not installed", "this environment", "install what readers need: make ui"
        ) from None

    with progress() as tell:
        done = load_into(settings(), tell)
    if done.is_new:
        out.print(f"{done.where} has version {done.version} in the schema marts", soft_wrap=True)
        out.print(
            f"{done.tables} tables, {done.rows:,} rows, {done.seconds:.1f} s; to let somebody read:", soft_wrap=True
        )
        out.print("  grant marts_reader to …", markup=False)
    else:
        out.print(f"{done.where} already has version {done.version}", soft_wrap=True)
    for schema, why in done.kept:
        out.print(f"{schema} is kept for now: {why}. The next publication tries again", soft_wrap=True, markup=False)


def versions() -> None:
    """The published versions, newest first, which one readers see, and how many loads of bronze each one lacks."""
    from orchestration import publish as publishing  # noqa: PLC0415
    from orchestration.hold import hold_of  # noqa: PLC0415
    from orchestration.ingest.manifest import read  # noqa: PLC0415
    from orchestration.lacking import lacking  # noqa: PLC0415

    config = settings()
    known = publishing.versions(config)
    if not known:
        out.print("nothing is published yet. next: ghala run")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", "version (published, UTC)"):
        table.add_column(name, no_wrap=True)
    for name in ("loads", "lacks", "tables", "rows", "MB", "gates"):
        table.add_column(name, justify="right")
    records = read(config.home)
    for version in known:
        behind = sum(one.loads for one in lacking(records, version.loads))
        table.add_row(*_row(version, behind))
    out.print(table)
    if held := hold_of(config.serving):
        out.print(f"readers were put back from {held.left} at {held.at}: runs publish nothing", soft_wrap=True)
        out.print("next: correct the cause, then: ghala run; ghala publish ends it", style="dim")


def _row(version: "Version", behind: int) -> list[str]:
    failed = sum(tier["failed"] for tier in version.gates.values())
    warned = sum(tier["warned"] for tier in version.gates.values())
    return [
        ("→" if version.is_current else "") + ("*" if version.is_pinned else ""),
        version.version,
        f"{version.loads:,}",
        f"{behind:,}" if behind else "·",
        str(len(version.tables)),
        f"{sum(version.tables.values()):,}",
        f"{version.bytes / 1e6:,.1f}",
        f"{failed} failed" if failed else f"{warned} warn" if warned else "passed",
    ]


def rollback(
    version: Annotated[str | None, typer.Argument(help="One of `ghala versions`; the one before unless given.")] = None,
) -> None:
    """Show readers an older version again, at once, and say what it lacks. It lasts until `ghala publish`."""
    from orchestration import publish as publishing  # noqa: PLC0415
    from orchestration.hold import hold_of  # noqa: PLC0415
    from orchestration.ingest.manifest import read  # noqa: PLC0415
    from orchestration.lacking import lacking  # noqa: PLC0415

    config = settings()
    now = publishing.rollback(config, version)
    out.print(f"readers see version {now.version}")
    missing = lacking(read(config.home), now.loads)
    if missing:
        loads, rows = sum(one.loads for one in missing), sum(one.rows for one in missing)
        out.print(f"it lacks {loads:,} loads with {rows:,} rows, which bronze keeps:")
        out.print(lacking_table(missing))
    else:
        out.print("it lacks no load that is in bronze: only models differ")
    if hold_of(config.serving):
        out.print("until `ghala publish`, runs land and build but publish nothing")
        out.print("next: correct the cause, then: ghala run; ghala publish brings all loads back", style="dim")


def lacking_table(missing: "list[Lacking]") -> Table:
    """One row per source table: which days a version lacks, and how many of them it holds in an older delivery."""
    from orchestration.lacking import spans  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("table", no_wrap=True)
    for name in ("loads", "rows", "again"):
        table.add_column(name, justify="right")
    table.add_column("days", overflow="fold")
    for one in missing:
        days = ", ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in spans(one.days))
        table.add_row(one.table, f"{one.loads:,}", f"{one.rows:,}", f"{one.again:,}" if one.again else "·", days)
    return table


def pin(version: Name) -> None:
    """Keep a version whatever its age (the quarter's closing, the last one before a big change)."""
    from orchestration import publish as publishing  # noqa: PLC0415

    publishing.pin(settings(), version, True)
    out.print(f"version {version} is kept until: ghala unpin {version}")


def unpin(version: Name) -> None:
    """Let a pinned version go like any other when it is no longer among the newest."""
    from orchestration import publish as publishing  # noqa: PLC0415

    publishing.pin(settings(), version, False)
    out.print(f"version {version} is kept while it is among the newest {settings().keep_versions}")


def dashboard(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Without it the first free one from 8050; 0 takes any.")
    ] = None,
) -> None:
    """Serve the dashboards of the published version on this machine, until interrupted."""
    from consumption.dashboard.__main__ import main  # noqa: PLC0415

    main(port)


COMMANDS = (
    (publish, "ghala publish --to postgres"),
    (versions, "ghala versions"),
    (rollback, "ghala rollback"),
    (pin, "ghala pin 20260331T021504123456Z"),
    (unpin, "ghala unpin 20260331T021504123456Z"),
    (dashboard, "ghala dashboard --port 8050"),
)
