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
    statement, wanted, cursor = _written(settings, question)
    try:
        rows = cursor.execute(statement).fetchall()
    except duckdb.Error as error:
        raise GhalaError(
            f"the question was not answered: {str(error).splitlines()[0]}",
            ", ".join(question.metrics),
            "look at its SQL: ghala metric … --explain",
        ) from error
    given = [column[0] for column in cursor.description or ()]
    order = [given.index(name) for name in wanted]  # MetricFlow groups columns by their kind
    columns = [*([question.grain] if question.grain else []), *question.by, *question.metrics]
    return Answer(columns, [tuple(_day(row[place]) for place in order) for row in rows], statement)


def explain(settings: Settings, question: Question) -> str:
    """The SQL that answers a question."""
    return _written(settings, question)[0]


def _written(settings: Settings, question: Question) -> tuple[str, list[str], duckdb.DuckDBPyConnection]:
    """The statement, its columns in the order in which they were asked for, and where to run it."""
    version, cursor = published.cursor(settings.serving)
    known = metrics_of(kept.of_version(settings.home, version))
    arguments = request.arguments(question, known, question.end or _closed_day(cursor))
    statement = writer.sql(writer.engine_of(settings.home, version), **arguments)
    return statement, [*arguments["group_by_names"], *arguments["metric_names"]], cursor


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
    """A period begins with a day; DuckDB gives it as a time."""
    return value.date() if isinstance(value, datetime) and value.time() == time() else value


def _closed_day(cursor: duckdb.DuckDBPyConnection) -> date:
    answer = cursor.execute("select max(business_date) from marts.fct_inventory_daily").fetchone()
    if not answer or answer[0] is None:
        raise GhalaError("no day is closed yet", "marts.fct_inventory_daily", "say until when: --to, or: ghala run")
    day: date = answer[0]
    return day
