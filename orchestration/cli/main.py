"""The commands and their groups; each command lives with its like in a module of this folder."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from orchestration.cli import (
    agents,
    alerts,
    candidates,
    contracts,
    docs,
    export,
    governance,
    metric,
    personal,
    quarantine,
    read,
    serve,
    upkeep,
    verify,
    work,
)


class _Commands(TyperGroup):
    """A statement may begin with a comment, as the cookbook's do: that is no option, although it looks like one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, ["\n" + arg if arg.startswith("-- ") else arg for arg in args])


_typer = typer.Typer(
    name="ghala",
    cls=_Commands,
    help="Ghala: from source systems to a published star, on one machine.",
    epilog="Start with: ghala run     Then: ghala status, ghala query 'show tables', ghala versions",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

for module in (work, serve, candidates, read, metric, verify, upkeep, docs, governance, personal, agents):
    for function, example in module.COMMANDS:
        _typer.command(epilog=f"Example: {example}")(function)

for name, module_of_group, text in (
    ("contract", contracts, "What each source table promises: check the contracts, write what is generated from them."),
    ("candidate", candidates, "What a change of models would make of the published state, beside it."),
    ("export", export, "The published version in files that other tools read."),
    ("quarantine", quarantine, "Rows that broke a rule of their contract: none is lost."),
    ("alerts", alerts, "Incidents: what is wrong now, and who was told."),
    ("keys", personal, "The keys of the pseudonyms that stand for personal data."),
    ("snapshots", work, "The history of the dimensions."),
):
    group = typer.Typer(help=text, no_args_is_help=True, epilog=f"Example: {module_of_group.GROUP[0][1]}")
    for function, example in module_of_group.GROUP:
        group.command(name=function.__name__.removesuffix("_"), epilog=f"Example: {example}")(function)
    _typer.add_typer(group, name=name)


def commands() -> None:
    """Parse the command line and run the command; usage errors exit with 2 here."""
    typer.main.get_command(_typer).main(args=sys.argv[1:], prog_name="ghala")
