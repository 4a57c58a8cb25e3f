"""People who were erased: their rows and identifiers are taken out of what lands, whoever sends them again.

The list of them holds no personal data: for each identifier the SHA-256 of its pseudonym, which nobody can make or test
without the keys. A pseudonym is that of the first `keys` of the chain, so that the list outlives a rotation (ADR 0014).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from orchestration.errors import GhalaError
from orchestration.ingest.model import Column, Contract
from orchestration.ingest.pseudonym import Chain, pseudonym

NAME = "erasures.jsonl"


@dataclass(frozen=True)
class Erased:
    """Marks of erased identifiers, by how many keys of the chain they were made with."""

    marks: dict[int, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.marks)


NOBODY = Erased()


def read(home: Path) -> list[dict[str, Any]]:
    """The erasures so far, oldest first. Raises GhalaError for a list that cannot be read: nobody may come back."""
    file = home / NAME
    try:
        return [orjson.loads(line) for line in file.read_bytes().splitlines()] if file.exists() else []
    except orjson.JSONDecodeError as error:
        raise GhalaError(
            f"the list of erasures has a broken line: {error}", str(file), "restore it from a backup, then run again"
        ) from error


def erased(home: Path) -> Erased:
    """Whom landing leaves out."""
    marks: dict[int, set[str]] = {}
    for entry in read(home):
        marks.setdefault(int(entry["keys"]), set()).update(entry["marks"])
    return Erased({keys: frozenset(some) for keys, some in marks.items()})


def mark(text: str, keys: Chain) -> str:
    """The mark of an identifier; without keys that of a pseudonym."""
    return hashlib.sha256(pseudonym(text, keys).encode()).hexdigest()


def same(value: pl.Expr) -> pl.Expr:
    """Identifiers as they are compared: sources write the same one in either case, with blanks around it."""
    return value.str.strip_chars().str.to_uppercase()


def named_in(column: Column, values: pl.Series, keys: Chain, known: Erased) -> pl.Series:
    """Which values of a column, before they are hashed, name somebody who was erased. Each value is looked up once."""
    texts = values if column.secret else values.to_frame().select(same(pl.col(values.name))).to_series()
    sought = [
        text
        for text in texts.drop_nulls().unique()
        if any(mark(text, keys[:count]) in marks for count, marks in known.marks.items())
    ]
    return texts.is_in(sought).fill_null(False)


def is_register(contract: Contract, column: Column) -> bool:
    """Whether a row is about the person whom the column names: then it goes, elsewhere only the value does."""
    return column.subject is not None and column.name in contract.primary_key


def without(contract: Contract, frame: pl.DataFrame, names: frozenset[str]) -> pl.DataFrame:
    """A frame of bronze or quarantine without the people of these identifiers, as `same` writes them."""
    for column in columns_of(contract):
        if column.name in frame.columns:
            hit = same(pl.col(column.name)).is_in(list(names)).fill_null(False)
            if is_register(contract, column):
                frame = frame.filter(~hit)
            else:
                frame = frame.with_columns(pl.when(~hit).then(pl.col(column.name)).alias(column.name))
    return frame


def columns_of(contract: Contract, subject: str | None = None) -> Iterable[Column]:
    """The columns that name a person, of one kind of person or of any."""
    return (column for column in contract.columns if column.subject and subject in (None, column.subject))
