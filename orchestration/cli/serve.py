"""Commands for what readers see: publish, versions, rollback."""

from typing import Annotated

import typer
from rich.table import Table

from orchestration.cli.terminal import out
from orchestration.config import settings


def publish() -> None:
    """Publish the last build, if it was complete and its gates passed. Readers are never interrupted."""
    from orchestration import publish as publishing  # noqa: PLC0415

    done = publishing.publish(settings())
    if done.how == "kept":
        out.print(f"nothing new since version {done.version}: readers see it")
    else:
        out.print(f"published version {done.version} ({done.how})\n  {done.file}", soft_wrap=True)


def versions() -> None:
    """The published versions, newest first, and which one readers see."""
    from orchestration import publish as publishing  # noqa: PLC0415

    known = publishing.versions(settings())
    if not known:
        out.print("nothing is published yet. next: ghala run")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", "version", "published (UTC)"):
        table.add_column(name, no_wrap=True)
    for name in ("loads", "tables", "rows", "MB", "gates"):
        table.add_column(name, justify="right")
    for version in known:
        failed = sum(tier["failed"] for tier in version.gates.values())
        warned = sum(tier["warned"] for tier in version.gates.values())
        table.add_row(
            "→" if version.is_current else "",
            version.version,
            version.created_at[:16].replace("T", " "),
            f"{version.loads:,}",
            str(len(version.tables)),
            f"{sum(version.tables.values()):,}",
            f"{version.bytes / 1e6:,.1f}",
            f"{failed} failed" if failed else f"{warned} warn" if warned else "passed",
        )
    out.print(table)


def rollback(
    version: Annotated[str | None, typer.Argument(help="One of `ghala versions`; the one before unless given.")] = None,
) -> None:
    """Show readers an older version again, at once. It lasts until the next publication."""
    from orchestration import publish as publishing  # noqa: PLC0415

    now = publishing.rollback(settings(), version)
    out.print(f"readers see version {now.version} of {now.created_at}; forward again: ghala publish")


COMMANDS = (
    (publish, "ghala publish"),
    (versions, "ghala versions"),
    (rollback, "ghala rollback"),
)
