"""What tells one row from another, when it changed, and which date a file is of."""

import re
from collections.abc import Sequence
from itertools import combinations
from math import prod
from pathlib import Path

import polars as pl

from orchestration.ingest.infer import names
from orchestration.ingest.infer.model import Guess, Sample

POOL = 8  # columns of which combinations are tried
LARGEST = 3
FLOATING = ("DOUBLE", "BOOLEAN")
DATES = (
    (re.compile(r"(?<!\d)(?:19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)"), "%Y%m%d"),
    (re.compile(r"(?<!\d)(?:19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)"), "%Y-%m-%d"),
    (re.compile(r"(?<!\d)(?:19|20)\d\d_(0[1-9]|1[0-2])_(0[1-9]|[12]\d|3[01])(?!\d)"), "%Y_%m_%d"),
    (re.compile(r"(?<!\d)(?:19|20)\d\d\.(0[1-9]|1[0-2])\.(0[1-9]|[12]\d|3[01])(?!\d)"), "%Y.%m.%d"),
    (re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])-(0[1-9]|1[0-2])-(?:19|20)\d\d(?!\d)"), "%d-%m-%Y"),
)
FOLDERS = re.compile(r"(?:^|/)(?P<year>(?:19|20)\d\d)/(?P<month>0[1-9]|1[0-2])/(?P<day>0[1-9]|[12]\d|3[01])$")
HIVE = re.compile(r"(?:^|/)year=(?:19|20)\d\d/month=(?:0[1-9]|1[0-2])/day=(?:0[1-9]|[12]\d|3[01])$")


def find_keys(sample: Sample, guesses: Sequence[Guess]) -> tuple[str, ...]:
    """The source names of one to three columns that no two rows share, without nulls; empty where there are none."""
    frame = sample.frame
    if not frame.height:
        return ()
    able = [guess for guess in guesses if guess.missing == 0 and _can_be_key(guess)]
    distinct = {g.column.source_name: frame[g.column.source_name].n_unique() for g in able}
    unique = [g for g in able if distinct[g.column.source_name] == frame.height]
    if unique and (_is_id(unique[0]) or unique[0].column.source_name == frame.columns[0]):
        return (unique[0].column.source_name,)
    for guess in unique:
        if _is_id(guess):
            return (guess.column.source_name,)
    pool = sorted(able, key=lambda g: (not _is_id(g), _is_amount(g), -distinct[g.column.source_name]))[:POOL]
    sources = [g.column.source_name for g in pool if distinct[g.column.source_name] > 1]
    for size in range(2, LARGEST + 1):
        for some in combinations(sources, size):
            if prod(distinct[name] for name in some) < frame.height:
                continue
            if not any(_is_id(g) for g in pool if g.column.source_name in some):
                continue
            if frame.select(pl.struct(some).n_unique()).item() == frame.height:
                return tuple(sorted(some, key=frame.columns.index))
    return ()


def find_cursor(guesses: Sequence[Guess]) -> str | None:
    """The bronze name of the column that says when a row changed."""
    for guess in guesses:
        is_moment = guess.column.type in ("TIMESTAMP", "DATE") and guess.missing == 0
        if is_moment and names.words(guess.column.name) & names.CHANGES:
            return guess.column.name
    return None


def path_pattern(file: Path) -> tuple[Path, str]:
    """The folder of the connection, and the file's path below it with each date in it as `{date:%Y%m%d}`."""
    folder, parts = file.parent, [_dated(file.name)]
    for pattern, size, dated in (
        (FOLDERS, 3, "{date:%Y/%m/%d}"),
        (HIVE, 3, "{date:year=%Y/month=%m/day=%d}"),
    ):
        if pattern.search(folder.as_posix()):
            parts.insert(0, dated)
            return folder.parents[size - 1], "/".join(parts)
    if _dated(folder.name) != folder.name:
        parts.insert(0, _dated(folder.name))
        folder = folder.parent
    return folder, "/".join(parts)


def _dated(name: str) -> str:
    for pattern, format_ in DATES:
        if pattern.search(name):
            return pattern.sub(f"{{date:{format_}}}", name, count=1)
    return name


def _can_be_key(guess: Guess) -> bool:
    return guess.column.type not in FLOATING and not (
        guess.column.type.startswith("DECIMAL") and "," in guess.column.type and not guess.column.type.endswith(",0)")
    )


def _is_id(guess: Guess) -> bool:
    return bool(names.words(guess.column.name) & names.IDS) or bool(guess.column.secret)


def _is_amount(guess: Guess) -> bool:
    return bool(names.words(guess.column.name) & (names.MONEY | {"quantity", "qty", "count"}))
