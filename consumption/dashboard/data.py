"""What the figures get: the answer of a query for the filters of the page, kept per version, or the reason of none."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from consumption import published
from consumption.dashboard import queries
from consumption.dashboard.address import readable
from consumption.dashboard.period import USUAL, days_of, is_period
from orchestration.errors import GhalaError

KEPT = 512  # answers: a page has about six, so eighty views; each is a few hundred rows
LONGEST = 200  # characters of one value of a filter: no code or category is as long
MOST = 500  # values of one filter
NOTHING = "Nothing in this period for this choice. Take a longer period, or reset the filters."
NOTHING_GOOD = {
    "quarantine": "No row waits here: every row that was read kept the rules of its contract.",
    "quarantine_days": "No row was put aside in this period.",
    "gates": "No test failed in this period.",
    "series": "Nothing out of the ordinary was seen in this period.",
    "series_band": "No series was watched in this period: a series needs a past before it is.",
}
NO_PERIOD = "The period of this link is none that is known. Choose one on the left."

Choices = dict[str, tuple[str, ...]]


class Calendar(NamedTuple):
    """The first sale, the last closed day, and the day of the last run."""

    first_day: date
    last_day: date
    last_run_day: date


@lru_cache(maxsize=KEPT)
def _answer(serving: Path, version: str, name: str, period: str, choices: tuple[Any, ...]) -> pd.DataFrame:
    """One answer; `version` is part of the key, so a new version asks anew."""
    known = _calendar(serving, version)
    days, run_days = days_of(period, known.last_day), days_of(period, known.last_run_day)
    if days is None or run_days is None:
        raise ValueError(period)
    return queries.ask(queries.cursor_of(serving, version), name, queries.filters(days, run_days, dict(choices)))


@lru_cache(maxsize=8)
def _calendar(serving: Path, version: str) -> Calendar:
    rows = queries.ask(queries.cursor_of(serving, version), "shell_days", {})
    if rows.empty:
        raise GhalaError("no day is closed yet", "marts.fct_inventory_daily", "ghala run")
    row = rows.iloc[0]
    return Calendar(*(row[name].date() for name in Calendar._fields))


def calendar(serving: Path) -> Calendar:
    """What the periods of the newest version refer to."""
    return _calendar(serving, published.cursor(serving)[0])


@lru_cache(maxsize=8)
def _options(serving: Path, version: str) -> Choices:
    rows = queries.ask(queries.cursor_of(serving, version), "shell_options", {})
    return {kind: tuple(rows.loc[rows["kind"] == kind, "choice"]) for kind in queries.CHOICES}


def options(serving: Path) -> Choices:
    """For each filter the values that the newest version knows."""
    return _options(serving, published.cursor(serving)[0])


def asked(value: object) -> tuple[str, ...]:
    """The values of a filter as text, whatever a link held."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(sorted({readable(str(one)[:LONGEST]) for one in values[:MOST]}))


def unknown(wanted: Choices, known: Choices) -> str | None:
    """A sentence when none of the values of a filter exists."""
    for kind, values in wanted.items():
        if values and not set(values) & set(known[kind]):
            shown = ", ".join(values)[:60]
            return f"There is no {kind} “{shown}” in this version. Choose another, or reset the filters."
    return None


def loader(serving: Path, name: str) -> Callable[..., pd.DataFrame]:
    """The function that Vizro calls with the controls of the page; what went wrong is in `attrs["note"]`."""

    def load(period: object = USUAL, **controls: object) -> pd.DataFrame:
        try:
            version = published.cursor(serving)[0]
            if not is_period(period):
                return _none(NO_PERIOD)
            known = queries.parameters(name)
            wanted = {kind: asked(value) for kind, value in controls.items() if kind in known and asked(value)}
            if sentence := unknown(wanted, options(serving)):
                return _none(sentence)
            found = _answer(serving, version, name, str(period), tuple(sorted(wanted.items())))
        except GhalaError as error:
            return _none(f"{error.what}. Next: {error.next_step}")
        except duckdb.CatalogException as error:  # a version from before a mart was added, after a rollback perhaps
            return _none(f"This version cannot answer: {str(error).splitlines()[0]} Next: ghala build, ghala publish")
        except duckdb.Error as error:  # a file that breaks while it is read
            return _none(f"The published version cannot be read: {str(error).splitlines()[0]}. Next: ghala verify")
        good = NOTHING_GOOD.get(name) or NOTHING_GOOD.get(name.partition("_")[0], NOTHING)
        return found if len(found) else _none(NOTHING if wanted else good)

    return load


def _none(note: str) -> pd.DataFrame:
    nothing = pd.DataFrame()
    nothing.attrs["note"] = note
    return nothing
