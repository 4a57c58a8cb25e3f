"""The command for governed metrics: what there is, what one means, and what it was. It never waits for a build."""

from datetime import datetime
from typing import Annotated

import typer

from orchestration.cli.read import Format, write_answer
from orchestration.cli.terminal import out, progress
from orchestration.config import settings
from orchestration.errors import GhalaError

DAY = ["%Y-%m-%d"]


def metric(
    words: Annotated[list[str], typer.Argument(metavar="list | show NAME | export | NAME…", help="What to do.")],
    *,
    by: Annotated[list[str] | None, typer.Option(help="A dimension, such as warehouse; repeat it for more.")] = None,
    grain: Annotated[str | None, typer.Option(help="day, week, month, quarter or year.")] = None,
    start: Annotated[datetime | None, typer.Option("--from", formats=DAY, help="First day.")] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", formats=DAY, help="Last day; else the last closed one.")
    ] = None,
    where: Annotated[str | None, typer.Option(help="Conditions on dimensions: \"category = 'Dairy'\".")] = None,
    limit: Annotated[int | None, typer.Option(help="No more rows than this.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="table, csv or json")] = Format.TABLE,
    check: Annotated[bool, typer.Option("--check", help="With export: write nothing; exit 1 when it differs.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the SQL and do not run it.")] = False,
) -> None:
    """Governed metrics of the published version: list them, show one, or ask for some.

    `export` writes the saved queries of the project as models, with SQL by MetricFlow.
    """
    if words == ["list"]:
        _list(format_)
    elif words == ["export"]:
        _export(check=check)
    elif words[0] == "show":
        _show(words[1:])
    else:
        from consumption import metrics  # noqa: PLC0415

        question = metrics.Question(
            tuple(words),
            tuple(by or ()),
            grain,
            where,
            start.date() if start else None,
            end.date() if end else None,
            limit,
        )
        if explain:
            typer.echo(metrics.explain(settings(), question))
        else:
            answer = metrics.ask(settings(), question)
            write_answer(answer.columns, answer.rows, format_)


def _list(format_: Format) -> None:
    from consumption import metrics  # noqa: PLC0415

    rows = [(one.area, one.name, one.label, one.unit, one.owner) for one in metrics.catalogue(settings())]
    write_answer(["area", "metric", "label", "unit", "owner"], rows, format_)


def _export(*, check: bool) -> None:
    from consumption.metrics import export  # noqa: PLC0415
    from orchestration.dbt import manifest  # noqa: PLC0415

    config = settings()
    with progress() as tell:
        texts = export.files(manifest.semantic(config, tell))
    changed = export.stale(config.project, texts) if check else export.write(config.project, texts)
    names = ", ".join(path.name for path in changed)
    if check and changed:
        raise GhalaError(f"saved queries differ from their models: {names}", str(export.FOLDER), "ghala metric export")
    out.print(f"written: {names}" if changed else "the models of the saved queries are as they should be")


def _show(names: list[str]) -> None:
    from consumption import metrics  # noqa: PLC0415

    for one in metrics.named(settings(), names):
        out.print(f"[bold]{one.name}[/bold]  {one.label}")
        out.print(one.description)
        for head, text in metrics.facts_of(one):
            out.print(f"  {head:<11}{text}", highlight=False)


COMMANDS = ((metric, "ghala metric otif --by warehouse --grain week"),)
