"""Values as people write them (` $1,234.50 `, `n/a`), as the plain text that the casts read: exact or not at all."""

import re
from collections.abc import Sequence
from functools import reduce

import polars as pl

from orchestration.ingest.model import Column, NumberForm

BLANKS = " \u00a0\u202f"  # what separates thousands where it is «a blank»


def cleaned(columns: Sequence[Column], frame: pl.DataFrame) -> pl.DataFrame:
    """The frame without the blanks (`trim`) and the words for nothing (`nullValues`) that the contract names."""
    types = frame.schema
    exprs = [_cleaned(c) for c in columns if (c.trim or c.null_values) and types[c.source_name] == pl.String]
    return frame.with_columns(exprs) if exprs else frame


def plain_number(raw: pl.Expr, form: NumberForm) -> pl.Expr:
    """Texts of a notation as `-1234.50`; null for a text of another notation, such as thousands in groups of two."""
    text, number = raw.str.strip_chars(), _number(form)
    currency = "".join((r"\s*(?:", "|".join(re.escape(mark) for mark in form.currency), r")?\s*"))
    signed = rf"^([+-]?){currency}([+-]?)({number}){currency}$"
    plain: pl.Expr = pl.when(text.str.contains(signed)).then(text.str.replace(signed, "${1}${2}${3}"))
    if form.parentheses:
        bookkept = rf"^\({currency}({number}){currency}\)$"
        plain = pl.when(text.str.contains(bookkept)).then(text.str.replace(bookkept, "-${1}")).otherwise(plain)
    marks = BLANKS if form.thousands == " " else form.thousands
    ungrouped = reduce(lambda expr, mark: expr.str.replace_all(mark, "", literal=True), marks, plain)
    return ungrouped.str.replace(form.decimal, ".", literal=True)


def _number(form: NumberForm) -> str:
    mark = f"[{BLANKS}]" if form.thousands == " " else re.escape(form.thousands)
    whole = rf"\d{{1,3}}(?:{mark}\d{{3}})+|\d+" if form.thousands else r"\d+"
    return rf"(?:{whole})(?:{re.escape(form.decimal)}\d+)?"


def _cleaned(column: Column) -> pl.Expr:
    raw = pl.col(column.source_name)
    value = raw.str.strip_chars() if column.trim else raw
    if not column.null_values:
        return value
    return pl.when(~raw.str.strip_chars().is_in(list(column.null_values))).then(value).alias(column.source_name)
