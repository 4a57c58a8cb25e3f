"""Commands that only read: query, status. They never wait for a build."""

import csv
import json as json_format
import sys
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from orchestration.cli.terminal import out
from orchestration.config import settings

SHOWN = 200  # rows of a table on a terminal: more than a person reads; csv and json give all


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def query(
    sql: Annotated[str, typer.Argument(help="One SELECT (or SHOW, DESCRIBE) on the published marts.")],
    format_: Annotated[Format, typer.Option("--format", help="table, csv or json")] = Format.TABLE,
) -> None:
    """Ask the published version: read-only, and closed to files and the network."""
    from orchestration import serving  # noqa: PLC0415

    config = settings()
    write_answer(*serving.ask(config.serving, sql), format_)


def write_answer(columns: list[str], rows: list[tuple[Any, ...]], format_: Format) -> None:
    """An answer on standard output: as a table for a person, all of it as CSV or JSON for programs."""
    if format_ is Format.TABLE:
        out.print(answer_table(columns, rows[:SHOWN]))
        more = f", the first {SHOWN} shown" if len(rows) > SHOWN else ""
        out.print(f"{len(rows):,} row{'s' if len(rows) != 1 else ''}{more}", style="dim")
    elif format_ is Format.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        sys.stdout.write(json_format.dumps(records, default=_json_value, ensure_ascii=False, indent=1) + "\n")


def answer_table(columns: list[str], rows: list[tuple[Any, ...]]) -> Table:
    """Rows as a table; numbers to the right, with separators."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, name in enumerate(columns):
        numeric = any(_is_number(row[index]) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    return table


def status(json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """What is published, how fresh the sources are, and how the last build went."""
    from orchestration.summary import status_of  # noqa: PLC0415
    from orchestration.summary_view import show_status  # noqa: PLC0415

    now = status_of(settings())
    if json:
        sys.stdout.write(json_format.dumps(now.as_dict(), default=str, indent=1) + "\n")
    else:
        show_status(out, now)


def _json_value(value: Any) -> Any:
    """What JSON has no type for: a decimal as a number where that loses nothing, anything else as text."""
    if isinstance(value, Decimal) and Decimal(repr(float(value))) == value:
        return float(value)
    return str(value)


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool | str) and hasattr(value, "__round__") and value is not None


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if _is_number(value) else str(value)


COMMANDS = (
    (query, "ghala query 'select * from dim_warehouse limit 5' --format csv"),
    (status, "ghala status --json"),
)
