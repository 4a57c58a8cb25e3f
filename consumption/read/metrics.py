"""The governed metrics, asked with the same limits as everything else."""

from dataclasses import dataclass
from typing import Any

from consumption.read.errors import ReadError, Reason
from consumption.read.reader import Reader


@dataclass(frozen=True)
class Question:
    """Metrics by dimensions and time; days are YYYY-MM-DD, both included."""

    names: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str | None = None
    where: str | None = None
    start: str | None = None
    end: str | None = None


def listed(reader: Reader) -> dict[str, Any]:
    """All metrics."""
    world, _ = reader.world()
    raise _missing(world.version)


def asked(reader: Reader, question: Question, rows: int) -> dict[str, Any]:
    """Rows of metrics."""
    world, _ = reader.world()
    raise _missing(world.version)


def _missing(version: str) -> ReadError:
    return ReadError(Reason.UNKNOWN, f"version {version} has no governed metrics", "the metrics", "ask with query_sql")
