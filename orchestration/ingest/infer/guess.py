"""One column: the narrowest type that holds every value without loss, tried with landing's own casts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from orchestration.ingest import casts
from orchestration.ingest.extract.repair import unexcelled
from orchestration.ingest.infer import names, patterns
from orchestration.ingest.infer.model import Guess
from orchestration.ingest.model import Column
from orchestration.ingest.notation import cleaned

TOLERATED = 0.01  # share of the rows that may not fit a type: they go to quarantine, and the column is named
LISTED, ROWS_PER_VALUE, LONGEST_VALUE = 20, 10, 40  # what counts as a list of values
BIGINT_DIGITS, FLOAT_DIGITS = 18, 15
MOSTLY = 0.5
Candidate = tuple[Column, str | None]


@dataclass(frozen=True)
class Texts:
    """The distinct values of a text column and how often each stands there; `rows` with the empty ones."""

    name: str
    source: str
    values: pl.Series
    counts: pl.Series
    rows: int
    excel: bool

    @cached_property
    def bare(self) -> pl.Series:
        return self.values.str.strip_chars()

    def share(self, mask: pl.Series) -> float:
        return int((mask.fill_null(False) * self.counts).sum() or 0) / max(int(self.counts.sum()), 1)


def texts_of(name: str, source: str, column: pl.Series, *, excel: bool) -> Texts:
    """A text column made ready for guessing."""
    # In the order of the rows: the same file always gives the same contract.
    counted = column.drop_nulls().alias("value").to_frame().group_by("value", maintain_order=True).len("count")
    return Texts(name, source, counted["value"], counted["count"].cast(pl.Int64), len(column), excel)


def guess_text(texts: Texts) -> Guess:
    """The type of a text column. Values that do not fit make it text, or, if they are very few, are named."""
    empty = texts.bare.str.to_lowercase().is_in(list(patterns.NOTHING))
    some = texts.bare.filter(~empty)
    missing = 1 - int(texts.counts.filter(texts.bare != "").sum() or 0) / max(texts.rows, 1)
    base = Column(name=texts.name, source_name=texts.source, type="VARCHAR", description="")
    if some.is_empty():
        return Guess(base, doubts=("it has no value: taken as text",), missing=missing)
    kind = names.personal(texts.name)
    if kind is None and texts.name in names.PERSONS and patterns.are_people(some):
        kind = "name"
    kind = None if kind is not None and kind != "other" and not patterns.plausible(kind, some) else kind
    if kind in (None, "other"):
        kind = patterns.personal_pattern(some) or kind
    if kind not in (None, "other"):
        return _secret(base, str(kind), some, missing)
    outliers = [] if kind is None else ["it may be personal: classified, but kept readable"]
    for column, doubt in _candidates(base, some, texts):
        chosen = _noted(column, texts, empty)
        failing = failing_values(chosen, texts)
        bad = int(texts.counts.filter(failing).sum() or 0)
        if bad > TOLERATED * texts.rows:
            continue
        doubts = [*outliers, *([doubt] if doubt else [])]
        if bad:
            doubts.append(f"{bad} values are no {chosen.type} and would go to quarantine: {_examples(texts, failing)}")
        return Guess(_classified(chosen, kind), doubts=tuple(doubts), missing=missing)
    return replace(
        _plain_text(base, some, texts, kind), missing=missing, doubts=(*outliers, *_why_text(some, texts, empty))
    )


def _candidates(base: Column, some: pl.Series, texts: Texts) -> Iterator[Candidate]:
    """The types that could hold the values, the narrowest first; none for text."""
    if texts.share(texts.bare.str.contains(r"\d")) < 1 - TOLERATED - texts.share(
        texts.bare.str.to_lowercase().is_in(list(patterns.NOTHING))
    ):
        if some.str.to_lowercase().is_in(["true", "false", "t", "f"]).all():
            yield replace(base, type="BOOLEAN"), None
        return
    digits = some.filter(some.str.contains(r"\d"))
    yield from _moments(base, digits, texts)
    if texts.share(texts.bare.str.contains(patterns.LEADING_ZERO)) or names.words(base.name) & names.CODES:
        return
    yield from _numbers(base, digits)
    if digits.head(1).str.contains(r"[,.'()\s]|" + patterns.MARKS).any() or not _mostly(digits, patterns.DECIMAL):
        for form, doubt in patterns.number_forms(digits):
            column = replace(base, number=form)
            yield from (
                (replace(column, type=type_), doubt)
                for type_ in _decimal(base, digits, form.decimal, bool(form.currency))
            )


def _moments(base: Column, digits: pl.Series, texts: Texts) -> Iterator[Candidate]:
    first, named = str(digits[0]), bool(names.words(base.name) & names.MOMENTS)
    date, time = replace(base, type="DATE"), replace(base, type="TIMESTAMP")
    if first[4:5] == "-" and first[7:8] == "-":
        yield from ((date, None), (time, None))
    if texts.excel and named and digits.str.contains(r"^\d{5}(?:\.\d+)?$").all():
        yield from ((date, "numbers of days, as Excel counts them"), (time, "numbers of days, as Excel counts them"))
    if named and digits.str.contains(r"^(?:19|20)\d{6}$").all():
        yield replace(date, format="yyyyMMdd"), None
    if named and digits.str.contains(r"^(?:19|20)\d{12}$").all():
        yield replace(time, format="yyyyMMddHHmmss"), None
    found = patterns.moment_formats(first)
    works = []
    for format_ in found:
        column = replace(time if "mm" in format_ else date, format=format_)
        if not failing_values(replace(column, trim=True), _with_values(texts, digits)).any():
            works.append(column)
    both = "day and month cannot be told apart (no day above 12): taken as day first" if len(works) > 1 else None
    yield from ((column, both) for column in works[:1])
    yield from ((replace(time if "mm" in f else date, format=f), None) for f in found if not works)


def _with_values(texts: Texts, values: pl.Series) -> Texts:
    """The same column with these values, each once."""
    return replace(texts, values=values, counts=pl.Series([1] * len(values), dtype=pl.Int64))


def _numbers(base: Column, digits: pl.Series) -> Iterator[Candidate]:
    if _mostly(digits, patterns.INTEGER):
        longest = int(str(digits.str.len_chars().max()))
        long = f"DECIMAL({patterns.LONG},0)"
        yield from (
            (replace(base, type=t), None) for t in (["BIGINT"] if longest <= BIGINT_DIGITS else ["BIGINT", long])
        )
    elif _mostly(digits, r"^[+-]?\d+(?:\.0)?$"):
        doubt = "whole numbers that were sent as floats (12.0)"
        yield replace(base, type="BIGINT"), doubt
        yield replace(base, type=f"DECIMAL({patterns.SHORT},0)"), doubt
    if _mostly(digits, patterns.DECIMAL):
        yield from ((replace(base, type=type_), None) for type_ in _decimal(base, digits, ".", money=False))
    elif _mostly(digits, patterns.FLOAT):
        longest = int(str(digits.str.replace(r"[eE].*", "").str.count_matches(r"\d").max()))
        if longest <= FLOAT_DIGITS:
            yield replace(base, type="DOUBLE"), "written with an exponent: kept as a 64-bit float"


def _decimal(base: Column, digits: pl.Series, decimal: str, money: bool) -> list[str]:
    whole, scale = patterns.scale_of(digits.filter(digits.str.contains(r"^[^eE]*$")), decimal)
    if scale == 0 and not money and not names.words(base.name) & names.MONEY:
        return ["BIGINT"] if whole <= BIGINT_DIGITS else [f"DECIMAL({patterns.LONG},0)"]
    scale = max(scale, 2) if money or names.words(base.name) & names.MONEY else scale
    type_ = patterns.decimal_type(whole, scale)
    return [] if type_ is None else [type_]


def failing_values(column: Column, texts: Texts) -> pl.Series:
    """Which of the distinct values landing would refuse."""
    frame = pl.DataFrame({column.source_name: texts.values})
    if texts.excel:
        frame = frame.with_columns(unexcelled([column], frame))
    frame = cleaned([column], frame)
    sent, first = frame.to_series(), next((str(v) for v in frame.to_series().head(100) if v is not None), None)
    for formats in (casts.likely_format(column, first), casts.formats_of(column)):
        typed = frame.select(casts.cast(sent.dtype, column, None, formats).alias("typed")).to_series()
        failing = typed.is_null() & sent.is_not_null()
        if column.type != "TIMESTAMP" or not failing.any():
            break
    return failing


def _noted(column: Column, texts: Texts, empty: pl.Series) -> Column:
    """The column with what is written around its values: blanks, and words for nothing."""
    nothing = texts.bare.filter(empty).unique().sort().to_list()
    blanks = bool((texts.values != texts.bare).any())
    return replace(column, trim=blanks and column.number is None, null_values=tuple(nothing))


def _secret(base: Column, kind: str, some: pl.Series, missing: float) -> Guess:
    normalise = "email" if kind == "email" else "msisdn" if kind == "phone" and patterns.is_kenyan(some) else None
    column = replace(
        base, name=f"{base.name}_hmac", secret=True, normalise=normalise, classification="restricted",
        tags=("pii", "pseudonym"),
    )  # fmt: skip
    return Guess(column, doubts=(f"looks like personal data ({kind}): kept as a keyed hash only",), missing=missing)


def _classified(column: Column, kind: str | None) -> Column:
    return column if kind is None else replace(column, classification="restricted", tags=("pii",))


def _plain_text(base: Column, some: pl.Series, texts: Texts, kind: str | None) -> Guess:
    """Text; its values are listed where they are few and come again and again."""
    listed = texts.values.sort().to_list()
    rows = int(texts.counts.sum())
    few = len(listed) <= LISTED and rows >= ROWS_PER_VALUE * len(listed) and kind is None
    short = few and all(0 < len(value) <= LONGEST_VALUE and value.isprintable() for value in listed)
    if names.words(base.name) & {"name"} and kind is None and not short:
        doubt = ("if these are names of people, hash them (encryptedName) or leave them out (dropColumns)",)
        return Guess(base, doubts=doubt)
    return Guess(_classified(base, kind), values=tuple(listed) if short else ())


def _why_text(some: pl.Series, texts: Texts, empty: pl.Series) -> list[str]:
    zeros = some.str.contains(patterns.LEADING_ZERO)
    if zeros.any():
        return [f"digits with leading zeros, such as {some.filter(zeros)[0]!r}: kept as text"]
    if names.words(texts.name) & names.CODES:
        return []
    number = texts.bare.str.contains(patterns.DECIMAL)
    share = texts.share(number)
    if share == 1:
        return ["numbers with more digits than any number type holds: kept as text"]
    if share >= MOSTLY:
        odd = int(texts.counts.filter(~number & ~empty).sum() or 0)
        return [f"{odd} values are no plain numbers, such as {_examples(texts, ~number & ~empty)}: kept as text"]
    return []


def _examples(texts: Texts, mask: pl.Series) -> str:
    return ", ".join(repr(value[:40]) for value in texts.values.filter(mask).head(2))


def _mostly(digits: pl.Series, pattern: str) -> bool:
    return int(digits.str.contains(pattern).sum()) >= (1 - TOLERATED) * len(digits)


def custom_of(column: Column) -> dict[str, Any]:
    """The custom properties that say what the column's values look like."""
    found: dict[str, Any] = {}
    if column.normalise:
        found["normalise"] = column.normalise
    if column.number is not None:
        form = column.number
        parts: dict[str, Any] = {"thousands": form.thousands, "decimal": form.decimal if form.decimal != "." else ""}
        parts |= {"currency": list(form.currency), "parentheses": form.parentheses}
        found["numberFormat"] = {key: value for key, value in parts.items() if value}
    if column.null_values:
        found["nullValues"] = list(column.null_values)
    if column.trim:
        found["trim"] = True
    return found
