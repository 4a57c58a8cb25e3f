"""Plain numbers found in all columns at once: what a file of thousands of columns mostly has."""

from collections.abc import Sequence

import polars as pl

from orchestration.ingest.infer import names
from orchestration.ingest.infer.model import Guess
from orchestration.ingest.infer.patterns import decimal_type
from orchestration.ingest.model import Column

WHOLE = r"^-?(?:0|[1-9]\d{0,17})$"
PLAIN = r"^-?(?:0|[1-9]\d*)(?:\.\d+)?$"
AT_ONCE = 50  # columns: one query over 10,000 takes a minute to plan
FACTS = 5  # numbers that are asked of each column


def plain_numbers(frame: pl.DataFrame, bronze: Sequence[str]) -> dict[str, Guess]:
    """A guess for each text column (by source name) with plain numbers only, whose name says no more."""
    special = names.CODES | names.MOMENTS | names.MONEY
    asked = [
        (source, name)
        for (source, type_), name in zip(frame.schema.items(), bronze, strict=True)
        if type_ == pl.String and not names.words(name) & special and names.personal(name) is None
    ]
    if not asked or not frame.height:
        return {}
    found: dict[str, Guess] = {}
    for first in range(0, len(asked), AT_ONCE):
        found |= _some(frame, asked[first : first + AT_ONCE])
    return found


def _some(frame: pl.DataFrame, asked: Sequence[tuple[str, str]]) -> dict[str, Guess]:
    some = frame.select(source for source, _ in asked)
    exprs = [expr for source, _ in asked for expr in _facts(pl.col(source))]
    row, found = some.select(expr.alias(str(n)) for n, expr in enumerate(exprs)).row(0), {}
    for n, (source, name) in enumerate(asked):
        type_ = _type(*row[FACTS * n : FACTS * (n + 1)])
        if type_ is not None:
            missing = frame[source].null_count() / frame.height
            found[source] = Guess(Column(name, source, type_, ""), missing=missing)
    return found


def _facts(text: pl.Expr) -> tuple[pl.Expr, ...]:
    """All are whole; all are plain; digits before and after the point; some do not end in .0."""
    fraction = text.str.extract(r"\.(\d+)$", 1)
    return (
        text.str.contains(WHOLE).all() & text.is_not_null().any(),
        text.str.contains(PLAIN).all() & text.is_not_null().any(),
        text.str.extract(r"^-?(\d+)", 1).str.len_chars().max(),
        fraction.str.len_chars().max(),
        (fraction != "0").any(),
    )


def _type(is_whole: bool, is_plain: bool, whole: int | None, scale: int | None, has_fraction: bool) -> str | None:
    if is_whole:
        return "BIGINT"
    if not is_plain or not scale or not has_fraction:  # whole numbers sent as 12.0 are another matter
        return None
    return decimal_type(whole or 1, scale)
