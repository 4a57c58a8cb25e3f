"""Commands on quarantined rows: which there are, and what is wrong with them."""

from typing import Annotated

import typer
from rich.table import Table

from orchestration.cli.read import answer_table
from orchestration.cli.terminal import out
from orchestration.config import settings

LIMIT = 20  # rows shown of a load: enough to see the pattern
COLUMNS, FEW = 24, 8  # a table of more cannot be read, whatever the width of the terminal: then a few of them


def list_() -> None:
    """Loads with quarantined rows, newest first, and which rules the rows broke."""
    from orchestration.ingest.quarantine import list_batches  # noqa: PLC0415

    batches = list_batches(settings().home)
    if not batches:
        out.print("no row is in quarantine")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("load", "rows"):
        table.add_column(name, justify="right")
    for name in ("table", "day", "broken rules"):
        table.add_column(name, overflow="fold")
    for batch in batches:
        rules = ", ".join(f"{rule} {rows:,}" for rule, rows in batch.reasons.items())
        name = f"{batch.source}.{batch.table}"
        replaced = "" if batch.is_current else " (since replaced)"
        table.add_row(str(batch.load_number), f"{batch.rows:,}", name, f"{batch.logical_date}{replaced}", rules)
    out.print(table)
    out.print(f"next: ghala quarantine show {batches[0].load_number}", style="dim")


def show(
    load: Annotated[int, typer.Argument(help="The number of a load in `ghala quarantine list`.")],
    limit: Annotated[int, typer.Option(help="Rows to show.")] = LIMIT,
) -> None:
    """The quarantined rows of a load with their original values and the rules they broke."""
    from orchestration.ingest.quarantine import show as bad_rows  # noqa: PLC0415

    frame = bad_rows(settings().home, load)
    shown = frame.head(limit).select(_telling(frame.columns, {rule for rules in frame["_broken"] for rule in rules}))
    out.print(answer_table(shown.columns, shown.rows()))
    if frame.height > limit:
        out.print(f"{limit} of {frame.height:,} rows; more with --limit", style="dim")
    if shown.width < frame.width:
        file = "all are in the Parquet file of the load below quarantine/"
        out.print(f"{shown.width} of {frame.width:,} columns; {file}", style="dim")


def _telling(columns: list[str], rules: set[str]) -> list[str]:
    """All columns where they can be read side by side; else what was wrong, then the first ones."""
    if len(columns) <= COLUMNS:
        return columns
    wrong = [name for name in columns if any(rule.startswith(f"{name}_") for rule in rules)]
    return list(dict.fromkeys(["_row", "_broken", *wrong, *columns]))[:FEW]


def replay(
    target: Annotated[
        str | None, typer.Argument(help="A load's number, source.table or source; without it all.")
    ] = None,
) -> None:
    """Land the quarantined rows that pass today's contract; the others stay, and no row is lost."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from orchestration.ingest.contract import load_contracts  # noqa: PLC0415
    from orchestration.ingest.replay import replay as land_again  # noqa: PLC0415

    config = settings()
    run_id = f"replay-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    done = land_again(config, load_contracts(config.contracts), target, run_id)
    for one in done:
        name = f"{one.before.source}.{one.before.table} {one.before.logical_date}"
        repeated = f", {one.repeated:,} repeat a key that is there" if one.repeated else ""
        out.print(f"{name}: {one.landed:,} of {one.before.quarantined:,} rows landed{repeated}, {one.kept:,} stay")
    if not done:
        out.print("no row is in quarantine")
    elif any(one.after is not one.before for one in done):
        out.print("next: ghala build, which reads what landed", style="dim")
    else:
        out.print("next: correct the contract or wait for a correction of the source, then replay again", style="dim")


GROUP = (
    (list_, "ghala quarantine list"),
    (show, "ghala quarantine show 17 --limit 5"),
    (replay, "ghala quarantine replay erp.suppliers"),
)
