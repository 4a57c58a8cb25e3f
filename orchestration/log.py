"""The log for programs: one JSON object per line in $GHALA_HOME/logs/ghala.jsonl. Its fields: docs/logs.md."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from orchestration.redact import redact

NAME = "ghala.jsonl"
BYTES = 10_000_000  # of a file: about 35,000 events, months of daily runs …
KEPT = 9  # … and so many older files
SEPARATOR = "\0"  # all texts are cleaned at once, and no variable of the environment holds this

_bound: ContextVar[dict[str, Any]] = ContextVar("bound", default={})  # noqa: B039  (never changed, only replaced)
_logger = logging.Logger("ghala")  # of its own: neither Dagster's nor dbt's handlers hear of it


class _File(RotatingFileHandler):
    """A full disk or a folder without rights costs the line, not the run."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (its name in the standard library)
        pass


def event(home: Path, name: str, message: str = "", level: int = logging.INFO, **fields: Any) -> None:
    """Write one event, such as `load.landed`. `fields` are those of docs/logs.md; what is None is left out."""
    _logger.handlers = [_handler(home / "logs" / NAME)]
    known = {**_bound.get(), **fields}
    record = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": logging.getLevelName(level).lower(),
        "event": name,
        **{key: value for key, value in known.items() if value is not None},
        **({"message": message} if message else {}),
    }
    _logger.log(level, "%s", json.dumps(_clean(record), ensure_ascii=False))


@contextmanager
def bound(**fields: Any) -> Iterator[None]:
    """Fields that every event inside has, unless it says otherwise: the run."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


def _clean(record: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers as they are, all else as text without secrets; before JSON, which writes some characters otherwise."""
    words = {key: str(value) for key, value in record.items() if not isinstance(value, bool | int | float)}
    texts = {key: text.replace(SEPARATOR, "") for key, text in words.items()}
    clean = redact(SEPARATOR.join(texts.values())).split(SEPARATOR)
    return {**record, **dict(zip(texts, clean, strict=True))}


def _handler(file: Path) -> logging.Handler:
    known = next(iter(_logger.handlers), None)
    if isinstance(known, _File) and known.baseFilename == str(file.absolute()):
        return known
    if known is not None:
        known.close()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return logging.NullHandler()
    return _File(file, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8", delay=True)
