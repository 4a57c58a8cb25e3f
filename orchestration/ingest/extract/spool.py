"""Keeps fetched records on disk as JSON lines, and notes which columns and kinds of values they have."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from orchestration.errors import GhalaError
from orchestration.ingest.extract.pages import Page


@dataclass
class Spool:
    """Fetched records. `kinds`: column -> names of Python types; `nested`: list column -> the same of its elements."""

    file: Path
    records: int = 0
    kinds: dict[str, set[str]] = field(default_factory=dict)
    nested: dict[str, dict[str, set[str]]] = field(default_factory=dict)


def spool(pages: Iterable[Page], file: Path, origin: str) -> Spool:
    """Write the records of all pages, one JSON object a line, in the order in which they came."""
    result = Spool(file)
    with file.open("wb") as target:
        for page in pages:
            for record in page.records:
                _note(record, result.kinds)
                for name, value in record.items():
                    if isinstance(value, list):
                        _note_elements(value, result.nested.setdefault(name, {}), name, origin)
            result.records += len(page.records)
            target.writelines(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in page.records)
    return result


def _note(record: dict[str, Any], kinds: dict[str, set[str]]) -> None:
    for name, value in record.items():
        kind = type(value).__name__
        if name not in kinds:
            kinds[name] = {kind}
        elif kind not in kinds[name]:
            kinds[name].add(kind)


def _note_elements(values: list[Any], kinds: dict[str, set[str]], name: str, origin: str) -> None:
    for value in values:
        if not isinstance(value, dict):
            raise GhalaError(
                f"the list '{name}' of the API holds {type(value).__name__} where records were expected",
                origin,
                "ask the owner of the API, then run again; the previous data stay",
            )
        _note(value, kinds)
