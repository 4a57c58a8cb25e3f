"""The SQL of the figures: one file each, with named parameters for the filters.

A file is named `<page>_<figure>.sql`. Parameters: `$date_from` and `$date_to` (days, both included) and lists of text
or null for all: `$warehouse`, `$category`, `$channel`, `$supplier`, `$model`, `$promotion`, `$source`, `$tier`.
Values are bound, never pasted. A `<page>_kpis.sql` has two rows, `is_now` and the period of equal length before.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from consumption import published

FOLDER = Path(__file__).parent / "queries"
PARAMETER = re.compile(r"\$([a-z_]+)")
CHOICES = ("warehouse", "category", "channel", "supplier", "model", "promotion", "source", "tier")


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


def run(serving: Path, name: str, filters: Mapping[str, Any]) -> pd.DataFrame:
    """The answer of a query on the newest published version.

    `filters`: `date_from`, `date_to` as dates, the others as lists of text; what is missing or None filters nothing
    (a query with days needs both). Raises GhalaError when nothing is published or it cannot be read.
    """
    return ask(published.cursor(serving)[1], name, filters)


def ask(cursor: duckdb.DuckDBPyConnection, name: str, filters: Mapping[str, Any]) -> pd.DataFrame:
    """The same on an open cursor of a version."""
    return cursor.execute(sql(name), {key: filters.get(key) for key in parameters(name)}).df()
