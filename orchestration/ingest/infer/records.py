"""JSON lines of which nothing is known: every value that is no object or list becomes a column, named by its path."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.ingest.extract import json_lines
from orchestration.ingest.infer.names import bronze_names
from orchestration.ingest.json_path import JsonPath
from orchestration.ingest.model import Column, Contract, Extraction


def records(text: Path, origin: str) -> tuple[pl.DataFrame, dict[str, Any], list[str], list[str]]:
    """The values as text, with the digits that were written; no options, doubts, and the keys that are left out."""
    seen = dict(pl.scan_ndjson(text, infer_schema_length=None).collect_schema())
    found = list(_leaves(seen, ()))
    lost = [".".join(path) for path, is_value in found if not is_value or not _is_path(path)]
    kept = [".".join(path) for path, is_value in found if is_value and _is_path(path)]
    tops = [key for key in seen if not any(JsonPath.parse(name).keys[0] == key for name in kept)]  # type: ignore[union-attr]
    doubts = [f"'{name}' is a list, or cannot be written as a path: left out" for name in lost]
    columns = [Column(name, source, "VARCHAR", "") for name, source in zip(bronze_names(kept), kept, strict=True)]
    frame = json_lines.scan(_all_text(columns, tuple(tops), text), text, origin).collect()
    return frame, {}, doubts, tops


def _leaves(type_: dict[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool]]:
    for key, inner in type_.items():
        if isinstance(inner, pl.Struct):
            yield from _leaves(dict(inner), (*above, key))
        else:
            yield (*above, key), not isinstance(inner, pl.List)


def _is_path(keys: tuple[str, ...]) -> bool:
    path = JsonPath.parse(".".join(keys))
    return path is not None and path.keys == keys and path.element is None


def _all_text(columns: list[Column], dropped: tuple[str, ...], file: Path) -> Contract:
    return Contract(
        source="", table="", version="", file=file, domain="", description="", grain="", owner="", team="", channel="",
        columns=tuple(columns), quality=(), extraction=Extraction("files", "", format="jsonl"), drop_columns=dropped,
        block_percent=0, min_rows=0, tags=(), freshness_warn_hours=None, freshness_error_hours=None,
    )  # fmt: skip
