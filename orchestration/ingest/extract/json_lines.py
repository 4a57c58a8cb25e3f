"""JSON lines: values at the contract's paths as text, with the digits that were written."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.ingest.drift import check_names, drifted
from orchestration.ingest.json_path import JsonPath
from orchestration.ingest.model import Column, Contract

LINE = "line"
# Numbers that a 64-bit float or integer cannot hold: more than 15 digits with a point, or 19 and more without.
LONG = r"\d{9}\.\d|\d\.\d{7}|\d{19}"
# In a text column 1.10 is not 1.1.
UNEVEN = r"\.\d*0\s*[,}\]]|\d[eE][+-]?\d"
# Strings (and all that is neither string nor number) are passed over as a whole, so that only true numbers get quotes.
# The last match ends the line instead: without it a search would begin again inside of the last string.
NUMBER = r'((?:"(?:[^"\\]|\\.)*"|[^"0-9-])*)(-?\d[0-9.eE+-]*|$)'
NESTED = (pl.Struct, pl.List)


def scan(contract: Contract, text: Path, origin: str) -> pl.LazyFrame:
    """The contract's columns as text, named by their paths; what a record does not have is null.

    Raises GateError when no record of the file has a top-level key of the contract or a required path, when a key is
    new, or when a value has become an object.
    """
    paths = _paths(contract)
    # Read as lines: Polars' own reader needs 6 times the CPU and 4 times the memory for nested records.
    lines = pl.scan_lines(text, name=LINE).filter(pl.col(LINE).str.strip_chars() != "")
    if lines.head(1).collect().is_empty():
        return pl.LazyFrame(schema={path.text: pl.String for _, path in paths})
    seen = pl.scan_ndjson(text, infer_schema_length=None).collect_schema()
    _check(contract, paths, dict(seen), origin)
    if not lines.filter(pl.col(LINE).str.contains(_inexact(paths, dict(seen)))).head(1).collect().is_empty():
        lines = lines.with_columns(pl.col(LINE).str.replace_all(NUMBER, '$1"$2"').str.strip_suffix('""'))
    records = lines.select(pl.col(LINE).str.json_decode(_shape(path for _, path in paths)).struct.unnest())
    return records.select(_value(path).alias(path.text) for _, path in paths)


def _paths(contract: Contract) -> list[tuple[Column, JsonPath]]:
    pairs = [(column, JsonPath.parse(column.source_name)) for column in contract.columns]
    return [(column, path) for column, path in pairs if path is not None and not path.text.startswith("$")]


def _shape(paths: Iterator[JsonPath]) -> pl.Struct:
    """The records as far as the paths go: objects of objects, with texts at their ends."""
    tree: dict[str, Any] = {}
    for path in paths:
        branch = tree
        for key in path.keys[:-1]:
            branch = branch.setdefault(key, {})
        branch[path.keys[-1]] = path.element
    return _struct(tree)


def _struct(tree: dict[str, Any]) -> pl.Struct:
    pairs = pl.List(pl.Struct({"Name": pl.String, "Value": pl.String}))
    return pl.Struct(
        {
            key: _struct(below) if isinstance(below, dict) else pairs if below else pl.String
            for key, below in tree.items()
        }
    )


def _value(path: JsonPath) -> pl.Expr:
    value = pl.col(path.keys[0])
    for key in path.keys[1:]:
        value = value.struct.field(key)
    if path.element is None:
        return value
    pair = pl.element().struct
    return value.list.eval(pair.field("Value").filter(pair.field("Name") == path.element)).list.first()


def _inexact(paths: list[tuple[Column, JsonPath]], seen: dict[str, pl.DataType]) -> str:
    """The pattern of lines whose numbers must be read as they are written, because their value would change."""
    texts = [path for column, path in paths if column.type == "VARCHAR" and path.element is None]
    return f"{LONG}|{UNEVEN}" if any(_type(path, seen) == pl.Float64 for path in texts) else LONG


def _type(path: JsonPath, seen: dict[str, pl.DataType]) -> Any:
    type_: Any = pl.Struct(seen)
    for key in path.keys:
        type_ = dict(type_).get(key) if isinstance(type_, pl.Struct) else None
    return type_


def _check(contract: Contract, paths: list[tuple[Column, JsonPath]], seen: dict[str, pl.DataType], origin: str) -> None:
    check_names(contract, list(dict.fromkeys(path.keys[0] for _, path in paths)), list(seen), origin)
    words = [text for column, path in paths if (text := _problem(column, path, seen)) is not None]
    if words:
        raise drifted(contract, list(dict.fromkeys(words)), origin)


def _problem(column: Column, path: JsonPath, seen: dict[str, pl.DataType]) -> str | None:
    """What of a path differs from the file. Below a key that is there, only a required value must be."""
    type_: Any = pl.Struct(seen)
    for depth, key in enumerate(path.keys):
        if type_ == pl.Null:
            return None
        if not isinstance(type_, pl.Struct):
            return f"'{'.'.join(path.keys[:depth])}' is no object any more"
        below = dict(type_)
        if key not in below:
            close = difflib.get_close_matches(key, list(below), n=1, cutoff=0.5)
            renamed = f" (renamed to '{close[0]}'?)" if close else ""
            return f"column '{path.text}' is missing{renamed}" if column.required else None
        type_ = below[key]
    if path.element is not None:
        inner = type_.inner if isinstance(type_, pl.List) else None
        is_pairs = isinstance(inner, pl.Struct) and "Name" in dict(inner)
        return (
            None if is_pairs or pl.Null in (type_, inner) else f"'{'.'.join(path.keys)}' is no list of Name and Value"
        )
    if isinstance(type_, NESTED):
        kind = "object" if isinstance(type_, pl.Struct) else "list"
        return f"column '{path.text}' came as {kind} and is no {column.type}"
    return None
