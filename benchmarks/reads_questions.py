"""What the reading benchmark asks: the cookbook, before and after it was made fast, and the dashboard's queries."""

import importlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

COOKBOOK = Path(__file__).parents[1] / "docs" / "cookbook"
BEFORE = Path(__file__).parent / "reads_before"
DASHBOARD = "consumption.dashboard.queries"
USUAL_DAYS = 28  # the period that the dashboard opens with
TABLE = re.compile(r"\b(from|join) ((?:agg|dim|fct)_\w+)")
NAMED = re.compile(r"\b(marts|ops)\.(\w+)")


@dataclass(frozen=True)
class Question:
    """A question, its text with tables named by schema, its text for the layout without aggregates, its parameters."""

    name: str
    sql: str
    before: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def qualified(sql: str) -> str:
    """A text that names its marts with their schema: a cursor has no search path."""
    return TABLE.sub(r"\1 marts.\2", sql)


def cookbook() -> list[Question]:
    """The fifteen questions, by number."""
    return [
        Question(file.stem, qualified(file.read_text()), qualified((BEFORE / file.name).read_text()))
        for file in sorted(COOKBOOK.glob("[0-9][0-9]_*.sql"))
    ]


def dashboard(last_day: date) -> list[Question]:
    """The queries of the dashboard with the filters it opens with; none where there is no dashboard.

    They read the same tables in both layouts, so their text before is their text.
    """
    try:
        queries = importlib.import_module(DASHBOARD)
    except ModuleNotFoundError:
        return []
    days = (last_day - timedelta(days=USUAL_DAYS - 1), last_day)
    usual = queries.filters(days, days, {})
    return [
        Question(name, queries.sql(name), queries.sql(name), {key: usual.get(key) for key in queries.parameters(name)})
        for name in queries.names()
    ]


def tables_of(sql: str) -> set[str]:
    """The published tables that a text names, with their schema."""
    return {f"{schema}.{table}" for schema, table in NAMED.findall(sql)}


def columns_read(texts: Iterable[str], columns: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Of each table that a text names the columns whose names occur in such a text, in the table's order.

    `columns`: all columns by table name with schema.
    """
    words: dict[str, set[str]] = {}
    for text in texts:
        for table in tables_of(text) & columns.keys():
            words.setdefault(table, set()).update(re.findall(r"\w+", text))
    return {table: [column for column in columns[table] if column in found] for table, found in sorted(words.items())}
