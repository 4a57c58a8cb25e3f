"""Commands that write the published version for other tools to read."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import out, progress
from orchestration.config import settings


def parquet(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Gets a folder per version.")]) -> None:
    """Write the marts that readers see as Parquet: facts by month, dimensions as one file, with a manifest.

    It appears whole or not at all, and `latest` leads to it. Older versions in the folder stay: delete what you do
    not need. The same version gives the same bytes.
    """
    from consumption.bi.parquet import export  # noqa: PLC0415

    with progress() as tell:
        done = export(settings(), folder, tell)
    what = f"{done.files} files, {done.rows:,} rows, {done.bytes / 1e6:,.1f} MB"
    out.print(f"{'wrote' if done.is_new else 'it is there already:'} {done.folder} ({what})", soft_wrap=True)


GROUP = ((parquet, "ghala export parquet /srv/share/ghala"),)
