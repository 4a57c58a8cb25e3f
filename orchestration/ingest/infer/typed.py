"""A column that has a type already: what landing calls it, or that landing cannot hold it."""

from dataclasses import replace

import polars as pl

from orchestration.ingest import casts
from orchestration.ingest.infer import names
from orchestration.ingest.infer.guess import Texts, guess_text, texts_of
from orchestration.ingest.infer.model import Guess
from orchestration.ingest.infer.patterns import decimal_type, scale_of
from orchestration.ingest.model import Column

SHORT = {pl.Int8: "INTEGER", pl.Int16: "INTEGER", pl.Int32: "INTEGER", pl.UInt8: "INTEGER", pl.UInt16: "INTEGER",
         pl.Int64: "BIGINT", pl.UInt32: "BIGINT", pl.UInt64: "DECIMAL(20,0)", pl.Boolean: "BOOLEAN", pl.Date: "DATE",
         pl.Datetime: "TIMESTAMP", pl.Categorical: "VARCHAR", pl.Enum: "VARCHAR", pl.Time: "VARCHAR"}  # fmt: skip
MOST_DECIMALS = 6  # of a float that is probably a decimal number


def guess(name: str, source: str, column: pl.Series, *, extraction: str) -> Guess | None:
    """The column as landing would have it; None for a type that landing cannot hold (lists, records, bytes).

    `extraction` is its type, and for files also the format: "files excel".
    """
    if column.dtype in (pl.String, pl.Null):
        texts = texts_of(name, source, column.cast(pl.String), excel=extraction.endswith("excel"))
        return _only_text(texts) if extraction == "postgres" else guess_text(texts)
    type_ = _type(name, column, is_file=extraction.startswith("files"))
    if type_ is None:
        return None
    missing = column.null_count() / max(len(column), 1)
    base = Column(name=name, source_name=source, type=type_[0], description="")
    doubts = [type_[1]] if type_[1] else []
    kind = names.personal(name)
    if kind is not None:
        base = replace(base, classification="restricted", tags=("pii",))
        doubts.append("it may be personal: classified, but kept readable")
    return Guess(base, doubts=tuple(doubts), missing=missing)


def _type(name: str, column: pl.Series, *, is_file: bool) -> tuple[str, str | None] | None:
    if isinstance(column.dtype, pl.Decimal):
        return f"DECIMAL({column.dtype.precision},{column.dtype.scale})", None
    if column.dtype in casts.FLOATS:
        return _of_float(name, column, is_file=is_file)
    found = SHORT.get(column.dtype.base_type())
    return None if found is None else (found, None)


def _of_float(name: str, column: pl.Series, *, is_file: bool) -> tuple[str, str | None]:
    """Floats of a file may be decimals or whole numbers that lost their type; landing then checks each value."""
    some = column.drop_nulls()
    if not is_file or some.is_empty() or not some.is_finite().all():
        return "DOUBLE", "a 64-bit float in the source" if names.words(name) & names.MONEY else None
    texts = some.unique().cast(pl.String)
    if texts.str.contains("e").any():
        return "DOUBLE", None
    whole, scale = scale_of(texts, ".")
    if texts.str.ends_with(".0").all():
        return "BIGINT", "whole numbers that were stored as floats"
    if scale > MOST_DECIMALS:
        return "DOUBLE", None
    scale = max(scale, 2) if names.words(name) & names.MONEY else scale
    type_ = decimal_type(whole, scale)
    return ("DOUBLE", None) if type_ is None else (type_, "decimal numbers that were stored as floats")


def _only_text(texts: Texts) -> Guess:
    """In a database text is text: a number in it would be a change of type for landing."""
    found = guess_text(texts)
    if found.column.type == "VARCHAR":
        return found
    column = replace(found.column, type="VARCHAR", format=None, number=None, null_values=(), trim=False)
    return replace(found, column=column, doubts=(f"text in the database that could be {found.column.type}",))
