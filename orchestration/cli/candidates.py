"""Commands for changing models safely: a candidate beside the published state, and what differs."""

import json as json_format
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from orchestration.cli.terminal import out, progress
from orchestration.config import settings

SHOWN = 8  # names of models in a sentence


def build(
    everything: Annotated[
        bool, typer.Option("--all", help="All models: for another release of DuckDB or dbt, not for a model.")
    ] = False,
) -> None:
    """Build what differs from the published state, and all that depends on it, on copies: readers notice nothing."""
    from orchestration import candidate  # noqa: PLC0415
    from orchestration.summary_view import gates_table  # noqa: PLC0415

    with progress() as tell:
        made = candidate.build(settings(), tell, everything=everything)
    if made is None:
        out.print("no model differs from the published state, so there is nothing to build")
        return
    found, outcome = made
    names = ", ".join(found.models[:SHOWN]) + (f" and {len(found.models) - SHOWN} more" if found.models[SHOWN:] else "")
    out.print(gates_table(outcome))
    out.print(f"{len(found.models)} models built anew from {found.base} in {outcome.seconds:.1f} s: {names}")
    out.print("next: ghala diff; to take it over: ghala build --full-refresh --select …, ghala build, ghala publish")


def drop() -> None:
    """Remove the candidate and free its space."""
    from orchestration import candidate  # noqa: PLC0415

    out.print(f"freed {candidate.drop(settings()) / 1e6:,.1f} MB")


def diff(
    after: Annotated[str, typer.Argument(metavar="VERSION|candidate", help="What is new.")] = "candidate",
    before: Annotated[str, typer.Argument(metavar="VERSION|published", help="What it is compared with.")] = "published",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Compare the candidate, or a version, with what readers see. Exit 1 if readers of public marts lose something."""
    from orchestration.diff.compare import diff as compare  # noqa: PLC0415
    from orchestration.diff.view import show  # noqa: PLC0415

    found = compare(settings(), after, before)
    if json:
        sys.stdout.write(json_format.dumps(asdict(found), default=str, ensure_ascii=False, indent=1) + "\n")
    else:
        show(out, found)
    if found.breaks:
        raise typer.Exit(1)


COMMANDS = ((diff, "ghala diff candidate published"),)
GROUP = ((build, "ghala candidate build"), (drop, "ghala candidate drop"))
