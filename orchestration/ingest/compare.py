"""A contract against its source as it is now, in words: columns that are missing, new, renamed or of another kind."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from orchestration.ingest import casts
from orchestration.ingest.infer.current import sample_of
from orchestration.ingest.infer.draft import guesses_of
from orchestration.ingest.infer.guess import failing_values, texts_of
from orchestration.ingest.infer.model import Guess, Sample
from orchestration.ingest.json_path import JsonPath
from orchestration.ingest.model import Column, Contract

ALIKE = 0.5  # of the letters of two names: one may be the other's new name
SHOWN = 3


@dataclass(frozen=True)
class Difference:
    """One difference. `kind`: missing, new, renamed, retyped, nullable, values, or rows (not a matter of the contract).

    `column` is the contract's (None for a new one), `guess` what the source's column is now.
    """

    kind: str
    text: str
    column: Column | None = None
    guess: Guess | None = None
    values: tuple[str, ...] = ()


def compare(contract: Contract, day: date | None = None) -> tuple[Sample, list[Difference]]:
    """What of the source differs; `day` takes the file or the window of a date in place of the newest."""
    sample = sample_of(contract, day)
    guesses, lost = guesses_of(sample)
    return sample, list(differences(contract, sample, guesses, (*sample.dropped, *lost)))


def differences(
    contract: Contract, sample: Sample, guesses: Sequence[Guess], unlandable: Sequence[str]
) -> Iterator[Difference]:
    """Missing and new columns first, then what became of those that are there."""
    now = {guess.column.source_name: guess for guess in guesses}
    wanted = [column for column in contract.columns if not column.source_name.startswith("$")]
    missing = [column for column in wanted if column.source_name not in now and not _is_inside(contract, column)]
    new = [guess for name, guess in now.items() if _is_new(contract, name)]
    for column in missing:
        other = _renamed(column, new)
        if other is not None:
            new.remove(other)
            text = f"column '{column.source_name}' is missing, and '{other.column.source_name}' is new: renamed?"
            yield Difference("renamed", text, column, other)
        else:
            yield Difference("missing", f"column '{column.source_name}' is missing", column)
    for guess in new:
        text = f"column '{guess.column.source_name}' is new: {guess.column.type}"
        yield Difference("new", text, None, guess)
    for name in unlandable:
        if _is_new(contract, name):
            yield Difference(
                "unlandable", f"column '{name}' is new, and landing cannot hold its type", None, None, (name,)
            )
    for column in wanted:
        if column.source_name in now and sample.frame.height:
            yield from _of_column(contract, column, now[column.source_name], sample)


def _of_column(contract: Contract, column: Column, guess: Guess, sample: Sample) -> Iterator[Difference]:
    values, name = sample.frame[column.source_name], column.source_name
    rows = len(values)
    if not casts.fits(values.dtype, column, file=sample.extraction["type"] != "postgres"):
        text = f"column '{name}' is {values.dtype} and no longer {column.type}"
        yield Difference("retyped", text, column, guess)
        return
    bad = 0
    if values.dtype == pl.String and column.type != "VARCHAR":
        texts = texts_of(name, name, values, excel=contract.extraction.format == "excel")
        failing = failing_values(column, texts)
        bad = int(texts.counts.filter(failing).sum() or 0)
        examples = ", ".join(repr(value) for value in texts.values.filter(failing).head(SHOWN))
        if 100 * bad > contract.block_percent * rows:
            text = f"column '{name}' is no longer {column.type}: {bad} of {rows} values such as {examples}"
            yield Difference("retyped", text, column, guess)
            return
        if bad:
            yield Difference("rows", f"{bad} of {rows} values of '{name}' are no {column.type}: {examples}", column)
    nulls = values.null_count()
    if column.required and nulls:
        yield Difference(
            "nullable", f"column '{name}' is required, and {nulls} of {rows} rows have none", column, guess
        )
    for rule in contract.quality:
        if rule.column == column.name and rule.valid_values is not None and values.dtype == pl.String:
            others = sorted(set(values.drop_nulls().unique().to_list()) - set(rule.valid_values))
            if others and column.type == "VARCHAR" and not column.secret:
                shown = ", ".join(repr(value) for value in others[:SHOWN]) + (" …" if len(others) > SHOWN else "")
                text = f"column '{name}' has {len(others)} values that are not in its list: {shown}"
                yield Difference("values", text, column, guess, tuple(others))


def _renamed(column: Column, new: Sequence[Guess]) -> Guess | None:
    """The new column whose name and type are most like those of a missing one."""
    scores = {
        difflib.SequenceMatcher(None, column.name.lower(), guess.column.name.lower()).ratio(): guess
        for guess in new
        if guess.column.type.split("(")[0] == column.type.split("(")[0]
    }
    best = max(scores, default=0.0)
    return scores[best] if best >= ALIKE else None


def _is_new(contract: Contract, name: str) -> bool:
    known = {column.source_name for column in contract.columns} | set(contract.drop_columns)
    if contract.extraction.format != "jsonl":
        return name not in known
    tops = {path.keys[0] for one in known if (path := JsonPath.parse(one)) is not None}
    return name.split(".", 1)[0] not in tops


def _is_inside(contract: Contract, column: Column) -> bool:
    """Whether a column lies below a key of a JSON record, where only required ones must exist, or in a list."""
    path = JsonPath.parse(column.source_name) if contract.extraction.format == "jsonl" else None
    return path is not None and (path.element is not None or (len(path.keys) > 1 and not column.required))
