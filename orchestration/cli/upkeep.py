"""`ghala vacuum`: the space that nothing needs any more."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration.cli.terminal import out
from orchestration.config import Settings, settings
from orchestration.errors import GhalaError

if TYPE_CHECKING:
    from orchestration.vacuum.plan import Item

SHOWN = 12  # items on a screen, the largest first; --json has all


def vacuum(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go and why; remove nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The whole list, for programs.")] = False,
) -> None:
    """Remove old versions, logs, what was replaced, and free blocks; never what a rebuild needs."""
    from orchestration.vacuum.clean import vacuum as clean  # noqa: PLC0415
    from orchestration.vacuum.plan import LEFT, as_json  # noqa: PLC0415

    config = settings()
    items = clean(config, datetime.now(UTC), dry_run=dry_run)
    if json:
        sys.stdout.write(as_json(items) + "\n")
    else:
        _show(config, items, dry_run)
    if not dry_run and (left := [item.reason for item in items if item.kind == LEFT]):
        raise GhalaError(
            f"all else is done, but free blocks were not looked for in {'; '.join(left)}",
            str(config.home),
            "close the program that has it open, then: ghala vacuum",
        )


def _show(config: Settings, items: "Sequence[Item]", dry_run: bool) -> None:
    if not items:
        out.print("nothing to remove")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("what", no_wrap=True)
    table.add_column("MB", justify="right")
    table.add_column("file", overflow="fold")
    table.add_column("why", overflow="fold")
    for item in sorted(items, key=lambda item: -item.bytes)[:SHOWN]:
        path = item.paths[0].relative_to(config.home) if item.paths else ""
        table.add_row(item.kind, f"{item.bytes / 1e6:,.1f}", str(path), item.reason)
    out.print(table)
    kinds = ", ".join(f"{count} x {kind}" for kind, count in Counter(item.kind for item in items).items())
    freed = sum(item.bytes for item in items) / 1e6
    out.print(f"{'would free' if dry_run else 'freed'} {freed:,.1f} MB: {kinds}")
    if dry_run:
        out.print("next: ghala vacuum", style="dim")


COMMANDS = ((vacuum, "ghala vacuum --dry-run"),)
