"""The calls that everything else is made of: the command, the pages, the services and the agents."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

import duckdb

from consumption import published
from consumption.metrics import kept, names, request, writer
from consumption.metrics.catalogue import MetricInfo, metrics_of
from consumption.metrics.request import Question
from orchestration.config import Settings
from orchestration.errors import GhalaError


class Answer(NamedTuple):
    """Columns are the grain, then the dimensions and metrics as they were asked for."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    sql: str


def catalogue(settings: Settings) -> list[MetricInfo]:
    """The governed metrics of the published version. Raises GhalaError when nothing is published."""
    version, _ = published.cursor(settings.serving)
    return metrics_of(kept.of_version(settings.home, version))


def query(
    settings: Settings,
    metrics: Sequence[str],
    by: Sequence[str] = (),
    grain: str | None = None,
    where: str | None = None,
    *,
    start: date | None = None,
    end: date | None = None,
    limit: int | None = None,
) -> Answer:
    """Ask the published version for metrics, sorted by period and dimensions.

    `start` and `end` are days in Nairobi, both included; without `end` the last closed day is the end, as in the
    cookbook. Raises ConfigError for whatever is not known or not allowed, GhalaError when it cannot be answered.
    """
    return ask(settings, Question(tuple(metrics), tuple(by), grain, where, start, end, limit))


def ask(settings: Settings, question: Question) -> Answer:
    """The answer to a question; see `query`."""
    statement, cursor = _written(settings, question)
    try:
        rows = cursor.execute(statement).fetchall()
    except duckdb.Error as error:
        raise GhalaError(
            f"the question was not answered: {str(error).splitlines()[0]}",
            ", ".join(question.metrics),
            "look at its SQL: ghala metric … --explain",
        ) from error
    columns = [column[0] for column in cursor.description or ()]
    if question.grain:  # DuckDB gives the first day of a period as a time
        rows = [(_day(row[0]), *row[1:]) for row in rows]
        columns[0] = question.grain
    first = 1 if question.grain else 0
    columns[first : first + len(question.by)] = question.by
    return Answer(columns, rows, statement)


def explain(settings: Settings, question: Question) -> str:
    """The SQL that answers a question."""
    return _written(settings, question)[0]


def _written(settings: Settings, question: Question) -> tuple[str, duckdb.DuckDBPyConnection]:
    version, cursor = published.cursor(settings.serving)
    known = metrics_of(kept.of_version(settings.home, version))
    arguments = request.arguments(question, known, question.end or _closed_day(cursor))
    return writer.sql(writer.engine_of(settings.home, version), **arguments), cursor


def named(settings: Settings, wanted: Sequence[str]) -> list[MetricInfo]:
    """The governed metrics of the given names. Raises ConfigError for one that does not exist."""
    return names.metrics(wanted, catalogue(settings))


def facts_of(metric: MetricInfo) -> list[tuple[str, str]]:
    """What is to be said of a metric beside its definition, as pairs of head and text."""
    return [
        ("formula", metric.formula),
        ("unit", metric.unit),
        ("grain", metric.grain),
        ("additivity", metric.additivity),
        ("owner", metric.owner),
        ("periods", ", ".join(metric.grains)),
        ("dimensions", ", ".join(one.name for one in metric.dimensions)),
    ]


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) and value.time() == time() else value


def _closed_day(cursor: duckdb.DuckDBPyConnection) -> date:
    answer = cursor.execute("select max(business_date) from marts.fct_inventory_daily").fetchone()
    if not answer or answer[0] is None:
        raise GhalaError("no day is closed yet", "marts.fct_inventory_daily", "say until when: --to, or: ghala run")
    day: date = answer[0]
    return day
