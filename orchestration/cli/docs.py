"""The command that writes the data dictionary."""

from typing import Annotated

import typer

from orchestration.cli.terminal import out, progress
from orchestration.config import settings
from orchestration.errors import GhalaError


def docs(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a page differs.")] = False,
) -> None:
    """Write the data dictionary: a page per mart in docs/dictionary, from the models and contracts."""
    from orchestration.dictionary import files  # noqa: PLC0415

    config = settings()
    with progress() as tell:
        changed = files.refresh(config, only_check=check, tell=tell)
    names = ", ".join(path.name for path in changed)
    if check and changed:
        raise GhalaError(
            f"{len(changed)} page{'s' if len(changed) != 1 else ''} of the dictionary differ from the project: {names}",
            str(files.FOLDER),
            "write them again: ghala docs",
        )
    out.print(f"written: {names}" if changed else "the dictionary is as it should be")


COMMANDS = ((docs, "ghala docs --check"),)
