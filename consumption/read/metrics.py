"""The governed metrics: their SQL is MetricFlow's, and it is asked like any other, in a worker and with its limits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any, TypeVar

from consumption import metrics
from consumption.metrics import names
from consumption.metrics.request import TIME
from consumption.read.errors import ReadError, Reason
from consumption.read.guard import LONGEST
from consumption.read.reader import Reader, as_dict, clamped, data_as_of
from orchestration.errors import ConfigError, GhalaError

R = TypeVar("R")
_writing = Lock()  # MetricFlow writes one at a time anyhow; of many first questions, one makes its engine for all
SEE = "list_metrics (GET /metrics) names metrics, dimensions and grains"


@dataclass(frozen=True)
class Question:
    """Metrics by dimensions and time; both days included."""

    names: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str | None = None
    where: str | None = None
    start: date | None = None
    end: date | None = None


def listed(reader: Reader) -> dict[str, Any]:
    """All metrics with definition, owner, and what each can be asked by."""
    world, _ = reader.world()
    found = _told(lambda: metrics.catalogue(reader.settings))
    return {
        "version": world.version,
        "metrics": [
            {
                "name": one.name,
                "label": one.label,
                "description": one.description,
                "owner": one.owner,
                "unit": one.unit,
                "formula": one.formula,
                "grain": one.grain,
                "additivity": one.additivity,
                "grains": list(one.grains),
                "dimensions": [dimension.name for dimension in one.dimensions],
            }
            for one in found
        ],
    }


def asked(reader: Reader, question: Question, rows: int) -> dict[str, Any]:
    """Metrics by dimensions and time; columns are the grain, the dimensions and the metrics, as they were asked for.

    Raises ReadError, with a suggestion, for a metric, dimension or grain that does not exist.
    """
    world, cursor = reader.world()
    sql, called = _written(reader, question)
    while reader.world()[0].version != world.version:  # published in between: the definitions may be the new one's
        world, cursor = reader.world()
        sql, called = _written(reader, question)
    if len(sql) > LONGEST:
        raise ReadError(
            Reason.REFUSED,
            f"{len(question.names)} metrics by {len(question.by)} dimensions are too much for one question",
            "the metrics",
            "ask for fewer at a time",
        )
    answer = reader.pool.ask(world, sql, replace(reader.limits, rows=clamped(rows)))
    given = [name for name, _ in answer.columns]
    order = [given.index(name) for name in called]  # MetricFlow groups columns by their kind
    heads = [*([question.grain] if question.grain else []), *question.by, *question.names]
    columns = [(head, answer.columns[place][1]) for head, place in zip(heads, order, strict=True)]
    records = [[_day(row[place]) for place in order] for row in answer.rows]
    return as_dict(replace(answer, columns=columns, rows=records), data_as_of(cursor))


def _written(reader: Reader, question: Question) -> tuple[str, list[str]]:
    """MetricFlow's SQL for a question, and what it calls the columns that were asked for, in their order."""
    wanted = metrics.Question(
        question.names,
        question.by,
        question.grain,
        question.where,
        question.start,
        question.end,
    )
    with _writing:
        return _told(lambda: (metrics.explain(reader.settings, wanted), _columns(reader, question)))


def _columns(reader: Reader, question: Question) -> list[str]:
    known = names.metrics(question.names, metrics.catalogue(reader.settings))
    period = [f"{TIME}__{question.grain}"] if question.grain else []
    return [*period, *(one.qualified for one in names.dimensions(question.by, known)), *question.names]


def _day(value: Any) -> Any:
    """A period begins with a day; DuckDB gives it as a time."""
    return value.removesuffix("T00:00:00") if isinstance(value, str) else value


def _told(ask: Callable[[], R]) -> R:
    """What the metrics answer; their errors in the words of this layer."""
    try:
        return ask()
    except ConfigError as error:
        reason = Reason.UNKNOWN if error.what.startswith("there is no") else Reason.REFUSED
        advice = SEE if "ghala metric" in error.next_step else _here(error.next_step)
        raise ReadError(reason, error.what, _here(error.where), advice) from error
    except RecursionError as error:
        raise ReadError(Reason.REFUSED, "the filter is nested too deeply", "where", "write it with in (…)") from error
    except GhalaError as error:
        raise ReadError(Reason.BROKEN, error.what, error.where, error.next_step) from error


def _here(text: str) -> str:
    """The command's options by their names here."""
    return text.replace("--from", "start").replace("--to", "end").replace("--", "")
