"""What each page says about its data: as of which day, which version, and whether a source is late."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import duckdb
import pandas as pd
from dash import html

from consumption import published
from consumption.dashboard import queries
from orchestration.errors import GhalaError


@lru_cache(maxsize=8)
def _freshness(serving: Path, version: str) -> pd.DataFrame:
    return queries.ask(queries.cursor_of(serving, version), "shell_freshness", {})


def status(serving: Path, marts: Iterable[str]) -> tuple[str, list[html.Span]]:
    """The version that readers see now, and badges for the marts of a page (all marts, when it reads only `ops`)."""
    try:
        version = published.cursor(serving)[0]
        freshness = _freshness(serving, version)
    except (GhalaError, duckdb.Error) as error:
        return "", [_badge("error", "no data", str(error), "bad")]
    read = freshness[freshness["mart_name"].isin(set(marts))]
    return version, _badges(version, read if len(read) else freshness)


def _badges(version: str, marts: pd.DataFrame) -> list[html.Span]:
    day = marts["data_as_of"].max()
    badges = [
        _badge("event", f"data as of {day:%-d %b %Y}" if pd.notna(day) else "no data yet", "last business day", "even"),
        _badge("tag", f"version {version}", "the published version that this page reads", "even"),
    ]
    stale = marts[marts["is_stale"].astype(bool)]
    if len(stale):
        which = "; ".join(f"{one.mart_name} (late: {one.stale_sources})" for one in stale.itertuples())
        return [*badges, _badge("warning", f"stale: {len(stale)} of {len(marts)} marts", which, "bad")]
    return [*badges, _badge("check_circle", "fresh", "no source of these marts is late", "good")]


def _badge(icon: str, text: str, title: str, mood: str) -> html.Span:
    symbol = html.Span(icon, className="material-symbols-outlined", **{"aria-hidden": "true"})
    return html.Span([symbol, text], title=title, className=f"ghala-badge ghala-{mood}")
