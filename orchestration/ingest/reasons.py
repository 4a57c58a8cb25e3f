"""The contract's rules as expressions: each broken rule of a row is one bit of its reasons."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from orchestration.ingest import casts
from orchestration.ingest.contract_rules import broken
from orchestration.ingest.model import Column, Contract, Quality

UNCAST = "__uncast_"  # prefix of the flags that say which values could not be cast
RAGGED = "$ragged"  # true on a row of a delimited file that has more fields than the header
MAX_REASONS = 64
COMPARISONS = {"minimum": "lt", "maximum": "gt", "exclusiveMinimum": "le", "exclusiveMaximum": "ge"}


@dataclass(frozen=True)
class Reason:
    """One way in which a row can break its contract. `breaks` is true (or null for «not checkable») on such a row."""

    id: str
    column: str | None
    text: str
    breaks: pl.Expr
    rule: Quality | None = None


def reasons_of(contract: Contract) -> tuple[Reason, ...]:
    """All reasons in the order of their bits. More than 64, or a rule that cannot be compiled, is a ConfigError."""
    reasons = tuple(_all(contract))
    if len(reasons) > MAX_REASONS:
        problem = f"it has {len(reasons)} rules, but the reasons of a row have {MAX_REASONS} bits"
        raise broken(contract.file, problem, "drop rules or split the table")
    probe = pl.DataFrame({name: pl.Series([None], dtype=type_) for name, type_ in typed_schema(contract).items()})
    for reason in reasons:
        try:
            # On a row, not only on the types: some comparisons fail when they are made and not before.
            good = probe.select(reason.breaks).dtypes == [pl.Boolean]
        except (pl.exceptions.PolarsError, ValueError) as error:
            raise broken(contract.file, f"rule '{reason.id}' does not compile: {error}", "correct the rule") from error
        if not good:
            raise broken(contract.file, f"rule '{reason.id}' is no condition", "write one that is true or false")
    return reasons


def typed_schema(contract: Contract) -> dict[str, pl.DataType]:
    """The frame the rules see: bronze columns before hashing, and a flag per column whose cast can fail."""
    schema = {column.name: casts.bronze_type(column) for column in contract.columns}
    flags = {UNCAST + column.name: pl.Boolean() for column in contract.columns if can_fail(column)}
    return schema | flags | ({RAGGED: pl.Boolean()} if contract.extraction.format == "csv" else {})


def can_fail(column: Column) -> bool:
    """Whether a value of the source may have no place in the column's type."""
    return column.type != "VARCHAR" or column.normalise == "msisdn"


def bitmask(reasons: tuple[Reason, ...]) -> pl.Expr:
    """The reasons of a row as UInt64, bit i for reason i."""
    bits = [
        pl.when(reason.breaks).then(pl.lit(1 << i, dtype=pl.UInt64)).otherwise(pl.lit(0, dtype=pl.UInt64))
        for i, reason in enumerate(reasons)
    ]
    return pl.sum_horizontal(bits).cast(pl.UInt64) if bits else pl.lit(0, dtype=pl.UInt64)


def decode(mask: int, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the bits that are set."""
    return tuple(name for i, name in enumerate(ids) if mask >> i & 1)


def _all(contract: Contract) -> Iterator[Reason]:
    for column in contract.columns:
        yield from _of_column(column, contract)
    for rule in contract.quality:
        yield from _of_rule(rule, contract)
    if contract.extraction.format == "csv":
        yield Reason("row_fields", None, "the row has more fields than the header", pl.col(RAGGED))


def _of_column(column: Column, contract: Contract) -> Iterator[Reason]:
    name, value = column.name, pl.col(column.name)
    if can_fail(column):
        yield Reason(f"{name}_type", name, f"{name} is no {column.type}", pl.col(UNCAST + name))
    if column.required:
        missing = value.is_null() & ~pl.col(UNCAST + name) if can_fail(column) else value.is_null()
        yield Reason(f"{name}_required", name, f"{name} is missing", missing)
    if column.pattern is not None:
        yield Reason(
            f"{name}_pattern", name, f"{name} is not like {column.pattern}", ~_like(column.pattern, name, contract)
        )
    outside = [_bound(column, kind, limit, contract) for kind, limit in column.bounds]
    if outside:
        limits = ", ".join(f"{kind} {limit}" for kind, limit in column.bounds)
        yield Reason(f"{name}_range", name, f"{name} is outside {limits}", pl.any_horizontal(outside))
    lengths = [value.str.len_chars() < column.min_length] if column.min_length is not None else []
    lengths += [value.str.len_chars() > column.max_length] if column.max_length is not None else []
    if lengths:
        yield Reason(f"{name}_length", name, f"{name} is too short or too long", pl.any_horizontal(lengths))


def _of_rule(rule: Quality, contract: Contract) -> Iterator[Reason]:
    column = next((c for c in contract.columns if c.name == rule.column), None)
    if column is None and rule.row_filter is not None:
        try:
            holds = pl.sql_expr(rule.row_filter)
        except pl.exceptions.PolarsError as error:
            raise broken(contract.file, f"rule '{rule.id}' does not compile: {error}", "correct the rule") from error
        # As in a CHECK of SQL, a row on which the condition is unknown passes.
        yield Reason(rule.id, None, rule.description or rule.id, ~holds, rule)
    elif column is not None and rule.not_null:
        yield Reason(rule.id, column.name, f"{column.name} is missing", pl.col(column.name).is_null(), rule)
    elif column is not None and rule.pattern is not None:
        text = f"{column.name} is not like {rule.pattern}"
        yield Reason(rule.id, column.name, text, ~_like(rule.pattern, column.name, contract), rule)
    elif column is not None and rule.valid_values is not None:
        values = casts.constants(rule.valid_values, column)
        if values.null_count():
            raise broken(contract.file, f"rule '{rule.id}' lists values that are no {column.type}", "correct the list")
        text = f"{column.name} is none of {', '.join(rule.valid_values)}"
        yield Reason(rule.id, column.name, text, ~pl.col(column.name).is_in(values.implode()), rule)


def _like(pattern: str, name: str, contract: Contract) -> pl.Expr:
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.PolarsError as error:
        raise broken(contract.file, f"the pattern of '{name}' does not compile: {error}", "correct it") from error
    return pl.col(name).str.contains(pattern)


def _bound(column: Column, kind: str, limit: str, contract: Contract) -> pl.Expr:
    value = casts.constants([limit], column)
    if value.null_count():
        raise broken(contract.file, f"{kind} {limit} of '{column.name}' is no {column.type}", "correct it")
    compared: pl.Expr = getattr(pl.col(column.name), COMPARISONS[kind])(pl.lit(value).first())
    return compared
