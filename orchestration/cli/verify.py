"""The command that compares bronze with what was landed."""

from typing import Annotated

import typer

from orchestration.cli.terminal import out
from orchestration.config import settings


def verify(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make the manifest whole, land damaged files again.")
    ] = False,
) -> None:
    """Compare every file of bronze with its checksum in the manifest; exit code 1 names what is damaged."""
    from orchestration import verify as verifying  # noqa: PLC0415

    config = settings()
    if repair:
        done = verifying.repair(config)
        for record in done.adopted:
            out.print(f"{record.file}: has a line in the manifest again (load {record.load_number})", soft_wrap=True)
        for before, after in done.reloaded:
            what = f"{after.rows:,} rows" + (f", {before.rows:,} before" if after.rows != before.rows else "")
            out.print(f"{after.file}: landed again (load {after.load_number}, {what})", soft_wrap=True)
    count = verifying.verify(config)
    out.print(f"{count:,} files are as they were landed." + (" next: ghala run" if repair else ""))


COMMANDS = ((verify, "ghala verify --repair"),)
