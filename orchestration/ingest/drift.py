"""Tier 1: what differs between a contract and what the source sent, in words."""

import difflib
from collections.abc import Mapping, Sequence

import polars as pl

from orchestration.errors import GateError
from orchestration.ingest import casts
from orchestration.ingest.check import Checker, Tally
from orchestration.ingest.model import Contract

SHOWN_REASONS = 5
FEW = 3  # rows of a small delivery that may be bad, repeated or gone, whatever their share: less than half of it


def gate(contract: Contract, what: str, origin: str, next_step: str | None = None, kind: str = "delivery") -> GateError:
    """The error of a partition that does not land; the previous one stays."""
    remedy = next_step or f"ask {contract.owner or 'the owner'} ({contract.channel}), or change {contract.file}"
    return GateError(f"{contract.key} is not landed: {what}", origin, f"the previous data stay; {remedy}", kind)


def drifted(contract: Contract, words: Sequence[str], origin: str) -> GateError:
    """The error of a source that is no longer what its contract says; names who to ask and how to accept the change."""
    ask = f"ask {contract.owner or 'the owner'} ({contract.channel or 'no channel'})"
    accept = (
        f"see it with `ghala contract diff {contract.key}`, and if it is meant: ghala contract accept {contract.key}"
    )
    return gate(contract, "; ".join(words), origin, f"{ask}; {accept}", kind="schema")


def check_columns(contract: Contract, names: Sequence[str], origin: str) -> None:
    """Raises GateError when a column is missing or unknown, and says which one it was probably renamed to."""
    check_names(contract, [column.source_name for column in contract.columns], names, origin)


def check_names(contract: Contract, expected: Sequence[str], names: Sequence[str], origin: str) -> None:
    """The same for names that the contract only implies, such as the top-level keys of JSON records."""
    known, sent = {*expected, *contract.drop_columns}, set(names)
    missing = [name for name in expected if name not in sent]
    extra = [name for name in names if name not in known]
    if not missing and not extra:
        return
    words = []
    for name in missing:
        close = difflib.get_close_matches(name.lower(), [e.lower() for e in extra], n=1, cutoff=0.5)
        renamed = next((e for e in extra if close and e.lower() == close[0]), None)
        words.append(f"column '{name}' is missing" + (f" (renamed to '{renamed}'?)" if renamed else ""))
    words += [f"column '{name}' is new" for name in extra]
    raise drifted(contract, words, origin)


def check_types(contract: Contract, types: Mapping[str, pl.DataType], origin: str) -> None:
    """Raises GateError when a typed source sends a type that the contract's type cannot hold without loss."""
    file = contract.extraction.type in ("files", "sqlite")
    wrong = [
        f"column '{c.source_name}' is {types[c.source_name]} and no longer {c.type}"
        for c in contract.columns
        if not casts.fits(types[c.source_name], c, file=file)
    ]
    if wrong:
        raise drifted(contract, wrong, origin)


def check_json_types(contract: Contract, seen: Mapping[str, set[str]], origin: str) -> None:
    """Raises GateError when a JSON value has another kind than the contract's type: number, text, true/false, list."""
    allowed = {
        "VARCHAR": {"str"},
        "INTEGER": {"int", "str"},
        "BIGINT": {"int", "str"},
        "DECIMAL": {"str", "int", "float"},
        "DOUBLE": {"str", "int", "float"},
        "BOOLEAN": {"bool"},
        "DATE": {"str"},
        "TIMESTAMP": {"str"},
    }
    wrong = []
    for column in contract.columns:
        kinds = seen.get(column.source_name, set()) - {"NoneType"} - allowed[column.type.split("(")[0]]
        kinds -= {"int"} if column.format else set()  # 20260310091500
        if kinds:
            wrong.append(f"column '{column.source_name}' came as {', '.join(sorted(kinds))} and is no {column.type}")
    if wrong:
        raise drifted(contract, wrong, origin)


def check_shares(check: Checker, tally: Tally, deduplicated: int, origin: str) -> None:
    """The circuit breaker: raises GateError for too many bad or doubled rows, or a broken rule of severity error."""
    contract, rows = check.contract, max(tally.extracted, 1)
    if tally.extracted < contract.min_rows:
        raise gate(contract, f"{tally.extracted} rows came, and it must have at least {contract.min_rows}", origin)
    if _is_much(tally.quarantined, rows, contract):
        share = (
            f"{tally.quarantined} of {tally.extracted} rows break the contract ({100 * tally.quarantined / rows:.1f} %)"
        )
        raise gate(
            contract, f"{share}, more than {contract.block_percent:g} %: {_top(check, tally)}", origin, kind="breaker"
        )
    if _is_much(deduplicated, rows, contract):
        what = f"{deduplicated} of {tally.extracted} rows repeat the key ({', '.join(contract.primary_key)})"
        raise gate(contract, f"{what}, more than {contract.block_percent:g} %", origin, kind="breaker")
    for reason in check.reasons:
        rule, count = reason.rule, tally.broken[reason.id]
        if rule and rule.severity == "error" and count > (rule.allowed * rows / 100 if rule.percent else rule.allowed):
            raise gate(contract, f"{count} rows break the rule '{rule.id}' ({reason.text})", origin, kind="rule")


def _is_much(count: int, rows: int, contract: Contract) -> bool:
    return 100 * count > contract.block_percent * rows and not is_few(count, rows, contract.block_percent)


def is_few(count: int, rows: int, limit: float) -> bool:
    """Whether a share says nothing because the table is small: one row of nine is 11 %, and may be any day's dirt."""
    return count <= FEW and 2 * count < rows and limit > 0


def _top(check: Checker, tally: Tally) -> str:
    texts = {reason.id: reason.text for reason in check.reasons}
    words = []
    for name, count in tally.broken.most_common(SHOWN_REASONS):
        example = f", for example {tally.examples[name]}" if name in tally.examples else ""
        words.append(f"{count} x {texts[name]}{example}")
    return "; ".join(words)
