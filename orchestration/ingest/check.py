"""One pass over a batch: strict cast, one expression per rule, good rows on one side and bad rows on the other."""

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from orchestration.ingest import casts, subject
from orchestration.ingest.model import Column, Contract
from orchestration.ingest.notation import cleaned
from orchestration.ingest.pseudonym import Chain, keys_for, pseudonyms
from orchestration.ingest.reasons import RAGGED, UNCAST, Reason, bitmask, can_fail, reasons_of

REASONS, ROW = "_reasons", "_row"
ERASED = "__erased_"  # prefix of the flags that say which values name somebody who was erased


@dataclass(frozen=True)
class Checker:
    """A contract made ready: built once per table and run, used for each batch."""

    contract: Contract
    reasons: tuple[Reason, ...]
    any_broken: pl.Expr
    mask: pl.Expr
    names: tuple[str, ...]
    fallible: tuple[str, ...]  # columns whose cast can fail
    keys: Chain
    erased: subject.Erased


@dataclass
class Tally:
    """What a partition's batches showed so far: rows, and per reason the broken rows and one example."""

    extracted: int = 0
    quarantined: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)


def checker(contract: Contract, erased: subject.Erased = subject.NOBODY) -> Checker:
    """Compile a contract; `erased` are left out. Raises ConfigError for a rule that cannot be compiled, or no key."""
    reasons = reasons_of(contract)
    exprs = [reason.breaks for reason in reasons] or [pl.lit(False)]
    any_broken = pl.any_horizontal(exprs).fill_null(False).alias("broken")
    return Checker(
        contract=contract,
        reasons=reasons,
        any_broken=any_broken,
        mask=bitmask(reasons).alias(REASONS),
        names=tuple(column.name for column in contract.columns),
        fallible=tuple(column.name for column in contract.columns if can_fail(column)),
        keys=keys_for(contract, bool(erased)),
        erased=erased,
    )


def split(check: Checker, raw: pl.DataFrame, tally: Tally) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Good rows in bronze types; bad rows as text with `_reasons` and `_row` (position in the extraction, from 1).

    `raw` has the source's column names, all columns of the contract among them. Counts go into the tally.
    """
    first = tally.extracted
    typed = _typed(check, raw)
    if check.erased:
        raw, typed = _without_erased(check, raw, typed)
    tally.extracted += raw.height
    broken = typed.select(check.any_broken).to_series()
    good = _blanked(check, typed, typed.select(check.names))
    if not broken.any():
        return _hashed(check, good), None
    bad_typed = typed.filter(broken)
    masks = bad_typed.select(check.mask).to_series()
    positions = pl.int_range(first + 1, first + raw.height + 1, eager=True).filter(broken).alias(ROW)
    bad = _as_text(check, raw.filter(broken), bad_typed).with_columns(masks, positions)
    _count(check, bad, masks, tally)
    return _hashed(check, good.filter(~broken)), bad


def _typed(check: Checker, raw: pl.DataFrame) -> pl.DataFrame:
    """The cast columns, and for each whose cast can fail a flag `__uncast_<name>`."""
    raw = cleaned(check.contract.columns, raw)
    sources = {column.name: raw[column.source_name] for column in check.contract.columns}
    likely = [_cast(check, column, sources[column.name], likely=True) for column in check.contract.columns]
    flags = [pl.lit(False).alias(UNCAST + name) for name in check.fallible]
    if check.contract.extraction.format == "csv":
        flags.append(pl.col(RAGGED) if RAGGED in raw.columns else pl.lit(False).alias(RAGGED))
    # Lazily, so that a parsed value that is also compared is parsed once: 0.24 CPU s for 1M movements in place of 0.35.
    typed = raw.lazy().select(*likely, *flags).collect()
    lossy = [c for c in check.contract.columns if typed[c.name].null_count() != sources[c.name].null_count()]
    again = [c for c in lossy if c.type == "TIMESTAMP" and sources[c.name].dtype == pl.String]
    if again:
        typed = typed.with_columns(raw.select([_cast(check, c, sources[c.name], likely=False) for c in again]))
    if lossy:
        uncast = [(typed[c.name].is_null() & sources[c.name].is_not_null()).alias(UNCAST + c.name) for c in lossy]
        typed = typed.with_columns(uncast)
    return typed


def _cast(check: Checker, column: Column, source: pl.Series, *, likely: bool) -> pl.Expr:
    formats = casts.formats_of(column)
    if likely and column.type == "TIMESTAMP" and source.dtype == pl.String:
        first = source.first(ignore_nulls=True)
        formats = casts.likely_format(column, first if isinstance(first, str) else None)
    return casts.cast(source.dtype, column, check.contract.extraction.timezone, formats).alias(column.name)


def _as_text(check: Checker, raw: pl.DataFrame, typed: pl.DataFrame) -> pl.DataFrame:
    """The original values as text; personal data only as the hash of what was sent."""
    texts = raw.select(pl.col(c.source_name).cast(pl.String).alias(c.name) for c in check.contract.columns)
    secret = [c.name for c in check.contract.columns if c.secret]
    masked = [pseudonyms(typed[name].zip_with(typed[name].is_not_null(), texts[name]), check.keys) for name in secret]
    texts = texts.with_columns(masked)
    if masked and RAGGED in raw.columns and raw[RAGGED].any():
        # In a row with too many fields any of them may be the phone number.
        anywhere = [pseudonyms(texts[name], check.keys).zip_with(raw[RAGGED], texts[name]) for name in texts.columns]
        texts = texts.with_columns(s.alias(n) for s, n in zip(anywhere, texts.columns, strict=True))
    return _blanked(check, typed, texts)


def _without_erased(check: Checker, raw: pl.DataFrame, typed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Without the rows of people who were erased, as if they had not come; where others name one, with a flag of it."""
    for column in subject.columns_of(check.contract):
        hits = subject.named_in(column, typed[column.name], check.keys, check.erased)
        if subject.is_register(check.contract, column):
            raw, typed = raw.filter(~hits), typed.filter(~hits)
        else:
            typed = typed.with_columns(hits.alias(ERASED + column.name))
    return raw, typed


def _blanked(check: Checker, typed: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Null in place of a value that names somebody who was erased: after the rules, which saw what was sent."""
    flags = [name for name in typed.columns if name.startswith(ERASED)]
    names = [flag.removeprefix(ERASED) for flag in flags]
    kept = [pl.when(~typed[flag]).then(pl.col(name)).alias(name) for flag, name in zip(flags, names, strict=True)]
    return frame.with_columns(kept) if kept else frame


def _hashed(check: Checker, frame: pl.DataFrame) -> pl.DataFrame:
    secret = [column.name for column in check.contract.columns if column.secret]
    return frame.with_columns([pseudonyms(frame[name], check.keys) for name in secret]) if secret else frame


def _count(check: Checker, bad: pl.DataFrame, masks: pl.Series, tally: Tally) -> None:
    tally.quarantined += bad.height
    hidden = {c.name for c in check.contract.columns if c.secret or c.classification or c.subject}
    for i, reason in enumerate(check.reasons):
        hit = (masks & (1 << i)) > 0
        count = int(hit.sum())
        if not count:
            continue
        tally.broken[reason.id] += count
        if reason.column is not None and reason.column not in hidden and reason.id not in tally.examples:
            tally.examples[reason.id] = repr(bad[reason.column].filter(hit)[0])
