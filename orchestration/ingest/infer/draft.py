"""From rows to a draft of a contract: types, keys, rules within the bits that landing has, and what is doubtful."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from orchestration.errors import ConfigError
from orchestration.ingest.infer import files, keys, names, tables, typed
from orchestration.ingest.infer.model import Draft, Guess, Sample
from orchestration.ingest.infer.screen import plain_numbers
from orchestration.ingest.model import Column
from orchestration.ingest.reasons import MAX_REASONS

SMALL = 30  # rows: fewer say little about keys and missing values
FILE_KEY = (
    Guess(Column("source_file", "$file", "VARCHAR", "Name of the file.", required=True, key_position=1)),
    Guess(
        Column("row_no", "$row", "BIGINT", "Position of the row in its file, from 1.", required=True, key_position=2)
    ),
)


def read(target: str, source: str, about: Path) -> Sample:
    """The rows behind FILE, FILE:TABLE (SQLite) or CONNECTION:RELATION (PostgreSQL)."""
    file, (before, _, after) = Path(target), target.rpartition(":")
    if file.is_file():
        if tables.is_sqlite(file):
            raise ConfigError("a database holds many tables", target, f"name one: {target}:table")
        return files.read(file, source)
    if before and Path(before).is_file():
        return tables.read_sqlite(Path(before), after, source)
    if before and "/" not in before:
        return tables.read_postgres(before, after, about)
    raise ConfigError(
        f"there is no file {target!r}",
        str(Path.cwd()),
        "name a file, a table of a SQLite file (shop.db:orders) or of a connection (erp:sales.orders)",
    )


def guesses_of(sample: Sample) -> tuple[tuple[Guess, ...], tuple[str, ...]]:
    """What each column is, and the columns that landing cannot hold. Nothing is required and no key yet."""
    kind = " ".join(str(sample.extraction.get(part, "")) for part in ("type", "format")).strip()
    found, lost, bronze = [], [], names.bronze_names(sample.frame.columns)
    numbers = {} if kind in ("postgres", "files excel") else plain_numbers(sample.frame, bronze)
    for name, source in zip(bronze, sample.frame.columns, strict=True):
        guess = numbers.get(source) or typed.guess(name, source, sample.frame[source], extraction=kind)
        if guess is None:
            lost.append(source)
        else:
            found.append(guess)
    return tuple(found), tuple(lost)


def draft(sample: Sample, source: str, table: str, file: Path) -> Draft:
    """A contract for a sample."""
    guesses, lost = guesses_of(sample)
    doubts = list(sample.doubts) + ([f"landing cannot hold {', '.join(lost)}: left out"] if lost else [])
    keyed = sample.keys or keys.find_keys(sample, guesses)
    if not sample.keys and keyed and sample.frame.height < SMALL:
        doubts.append(f"the key ({', '.join(keyed)}) and what is required are guessed from {sample.frame.height} rows")
    if not keyed and sample.extraction["type"] == "files":
        guesses = (*FILE_KEY, *guesses)
        doubts.append("no one to three columns tell its rows apart: the key is the file and the row's position")
    elif not keyed:
        doubts.append("no one to three columns tell its rows apart: it has no key, and repeated rows stay")
    cursor = keys.find_cursor(guesses)
    if cursor is None and sample.extraction["type"] != "files":
        doubts.append("no column says when a row changed: each date takes the whole table")
    if "{date" not in sample.extraction.get("path", "{date"):
        doubts.append("the file's name says no date: each date that is landed takes this file")
    if any(g.column.type == "TIMESTAMP" for g in guesses) and sample.extraction["type"] in ("files", "sqlite"):
        doubts.append("times without a zone are taken as UTC: else add `timezone: Africa/Nairobi` to the extraction")
    if sample.is_partial:
        doubts.append(f"only the first {sample.frame.height} rows were looked at")
    ruled, fewer = _within_bits(_required(guesses, sample, keyed))
    return Draft(
        source, table, file, replace(sample, dropped=(*sample.dropped, *lost)), ruled, cursor, (*doubts, *fewer)
    )


def _required(guesses: Sequence[Guess], sample: Sample, keyed: tuple[str, ...]) -> list[Guess]:
    """With keys and without what was never missing; a catalogue knows better than a sample."""
    ruled = []
    for guess in guesses:
        column, source = guess.column, guess.column.source_name
        if source in keyed:
            position = keyed.index(source) + 1
            column = replace(column, required=True, key_position=position, critical=True)
            guess = replace(guess, values=())  # noqa: PLW2901
        elif sample.required is not None:
            column = replace(column, required=source in sample.required)
        elif not column.required:
            column = replace(column, required=sample.frame.height > 0 and guess.missing == 0 and not column.null_values)
        ruled.append(replace(guess, column=column))
    return ruled


def _within_bits(guesses: list[Guess]) -> tuple[tuple[Guess, ...], tuple[str, ...]]:
    """At most 64 rules: keys first, then types, then what is required, then lists of values."""
    # One is the row's own: more fields than the header.
    left = MAX_REASONS - 1 - sum(_bits(guess)[0] + 1 for guess in guesses if guess.column.key_position)
    texts, eased, kept = [], 0, []
    spent = dict.fromkeys(range(len(guesses)), 0)
    for part in range(3):
        for n, guess in enumerate(guesses):
            cost = _bits(guess)[part]
            if cost and not guess.column.key_position and left >= cost:
                left -= cost
                spent[n] |= 1 << part
    for n, guess in enumerate(guesses):
        column, bits = guess.column, _bits(guess)
        if column.key_position:
            kept.append(guess)
            continue
        if bits[0] and not spent[n] & 1 and not column.normalise:
            texts.append(column.name)
            column = replace(column, type="VARCHAR", format=None, number=None, null_values=(), trim=False)
        elif bits[0] and not spent[n] & 1:
            column = replace(column, normalise=None)
        eased += bool((bits[1] and not spent[n] & 2) or (bits[2] and not spent[n] & 4))
        values = guess.values if spent[n] & 4 else ()
        kept.append(replace(guess, column=replace(column, required=bool(spent[n] & 2)), values=values))
    doubts = []
    if texts:
        doubts.append(
            f"a row has {MAX_REASONS} reasons at most: {len(texts)} columns with a type stay text, from {texts[0]}"
        )
    if eased:
        doubts.append(f"a row has {MAX_REASONS} reasons at most: {eased} columns are not required, or list no values")
    return tuple(kept), tuple(doubts)


def _bits(guess: Guess) -> tuple[int, int, int]:
    column = guess.column
    can_fail = column.type != "VARCHAR" or column.normalise == "msisdn"
    return int(can_fail), int(column.required), int(bool(guess.values))


def rows_of(sample: Sample) -> pl.DataFrame:
    """The sample as landing sees it: with the name of the file and the number of each row."""
    frame = sample.frame
    if sample.extraction["type"] != "files":
        return frame
    return frame.with_columns(pl.lit("sample").alias("$file"), pl.int_range(1, frame.height + 1).alias("$row"))
