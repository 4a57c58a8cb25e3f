"""The SQL of the figures: one file each, with named parameters for the filters.

A file is named `<page>_<figure>.sql`. Its parameters, bound and never pasted: `$date_from` and `$date_to`, days of
the business, `$run_from` and `$run_to`, days on which Ghala ran, all included; `$before_from` and `$run_before`, the
first day of the period of equal length before; and for each of `CHOICES` a list of text, null for all.
A `<page>_kpis.sql` has a row with `is_now`, and one for the period before that counts if it `is_comparable`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from consumption import published
from orchestration.errors import GhalaError

FOLDER = Path(__file__).parent / "queries"
PARAMETER = re.compile(r"\$([a-z_]+)")
CHOICES = ("warehouse", "category", "channel", "supplier", "model", "source", "series", "tier")


@cache
def names() -> tuple[str, ...]:
    """The names of all queries, sorted."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.sql")))


@cache
def sql(name: str) -> str:
    """The text of a query. Raises KeyError for a name that is not one of `names()`."""
    if name not in names():
        raise KeyError(name)
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def parameters(name: str) -> frozenset[str]:
    """The filters that a query knows."""
    return frozenset(PARAMETER.findall(sql(name)))


@cache
def marts(name: str) -> frozenset[str]:
    """The published tables that a query reads, without their schema."""
    return frozenset(re.findall(r"\b(?:marts|ops)\.(\w+)", sql(name)))


def filters(
    days: tuple[date, date], run_days: tuple[date, date], choices: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """What a query can be asked with: a period of the business, one of the runs, and what was chosen."""
    return {
        "date_from": days[0],
        "date_to": days[1],
        "before_from": _before(*days),
        "run_from": run_days[0],
        "run_to": run_days[1],
        "run_before": _before(*run_days),
        **{kind: list(choices[kind]) if choices.get(kind) else None for kind in CHOICES},
    }


def _before(first: date, last: date) -> date:
    return first - (last - first) - timedelta(days=1)


def run(serving: Path, name: str, asked: Mapping[str, Any]) -> pd.DataFrame:
    """The answer of a query on the newest published version.

    `asked`: as `filters` makes it; a choice that is missing or None filters nothing. Raises GhalaError when nothing is
    published or it cannot be read, KeyError for a query that does not exist.
    """
    return ask(published.cursor(serving)[1], name, asked)


def cursor_of(serving: Path, version: str) -> duckdb.DuckDBPyConnection:
    """A cursor of that version. Raises GhalaError when readers see another one by now: its answer would be kept as one
    of the version before, and shown after a rollback."""
    newest, cursor = published.cursor(serving)
    if newest != version:
        raise GhalaError(f"version {newest} came in between", str(serving), "open the page again")
    return cursor


def ask(cursor: duckdb.DuckDBPyConnection, name: str, asked: Mapping[str, Any]) -> pd.DataFrame:
    """The same on an open cursor of a version."""
    return cursor.execute(sql(name), {key: asked.get(key) for key in parameters(name)}).df()
