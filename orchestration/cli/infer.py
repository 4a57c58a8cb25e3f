"""`ghala contract infer`: a first contract for a source that has none."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import out as console
from orchestration.config import settings


def infer(  # noqa: PLR0917  (typer reads the options from the arguments)
    target: Annotated[
        str, typer.Argument(help="A file; shop.db:orders (SQLite); or connection:schema.table (PostgreSQL).")
    ],
    source: Annotated[str | None, typer.Option(help="The source, and the name of its connection.")] = None,
    table: Annotated[str | None, typer.Option(help="The table in bronze.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write: …/<source>/<table>.odcs.yaml.")] = None,
    owner: Annotated[str, typer.Option(help="Who answers for the data.")] = "to-be-named@example.org",
    channel: Annotated[str | None, typer.Option(help="Where its people are told, such as #shop.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a contract that is there.")] = False,
) -> None:
    """Write a first contract for a file or table: types, keys, missing values, personal data, and what is doubtful."""
    from orchestration.ingest.infer.run import infer as write  # noqa: PLC0415

    config = settings()
    done = write(
        target, config.contracts, source=source, table=table, out=out, owner=owner, channel=channel, force=force
    )
    key = f"{done.file.parent.name}.{done.file.name.removesuffix('.odcs.yaml')}"
    console.print(
        f"{done.file}: {done.columns} columns from {done.rows:,} rows, of which {done.good:,} would land",
        soft_wrap=True,
    )
    for column, doubt in done.doubts:
        console.print(f"[yellow]doubt[/] {f'[bold]{column}[/]: ' if column else ''}", end="")
        console.print(doubt, markup=False, soft_wrap=True)
    variable, value = done.setting
    console.print("next: read the file and correct what is doubtful, then", style="dim")
    if value != "…":
        console.print(f"  export {variable}={value}", markup=False, soft_wrap=True)
    console.print(
        f"  ghala contract check && ghala contract export && ghala ingest {key} --date …", markup=False, soft_wrap=True
    )
