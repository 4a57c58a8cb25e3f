"""The whole way: read a source, guess, write the contract, and try it on the very rows it was guessed from."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.durable import write_durably
from orchestration.errors import ConfigError
from orchestration.ingest.check import Tally, checker, split
from orchestration.ingest.contract import Contract, load_contract
from orchestration.ingest.drift import check_types
from orchestration.ingest.extract.repair import unexcelled
from orchestration.ingest.infer import names
from orchestration.ingest.infer.draft import draft, read, rows_of
from orchestration.ingest.infer.keys import path_pattern
from orchestration.ingest.infer.model import Draft, Guess, Sample
from orchestration.ingest.infer.write import render

SUFFIX = ".odcs.yaml"


@dataclass(frozen=True)
class Inferred:
    """A written contract: `good` of `rows` rows would land; `doubts` are (column or empty, why)."""

    file: Path
    setting: tuple[str, str]
    columns: int
    rows: int
    good: int
    doubts: tuple[tuple[str, str], ...]


def infer(
    target: str,
    contracts: Path,
    *,
    source: str | None = None,
    table: str | None = None,
    out: Path | None = None,
    owner: str = "to-be-named@example.org",
    channel: str | None = None,
    force: bool = False,
) -> Inferred:
    """Write a contract for FILE, FILE:TABLE or CONNECTION:RELATION into the contracts' folder, or to `out`.

    Raises ConfigError for a target that is none and for a file that is there already, GhalaError for an unreadable one.
    """
    if out is not None:
        source, table = source or out.parent.name, table or out.name.removesuffix(SUFFIX)
    guessed_source, guessed_table = _names(target)
    source, table = names.snake(source or guessed_source), names.snake(table or guessed_table)
    file = out or contracts / source / f"{table}{SUFFIX}"
    if file.exists() and not force:
        remedy = f"see what changed since: ghala contract diff {source}.{table}; or give --table, --out or --force"
        raise ConfigError("there is a contract of that name already", str(file), remedy)
    sample = read(target, source, file)
    return write(draft(sample, source, table, file), owner=owner, channel=channel or f"#ghala-{source}")


def write(made: Draft, *, owner: str, channel: str) -> Inferred:
    """Write a draft, after it was tried on its own rows: types that would stop the file as a whole become text."""
    contract, text = _read_back(made, owner, channel)
    bad = failing(contract, made.sample)
    if 100 * bad > contract.block_percent * made.sample.frame.height:
        made = replace(made, guesses=tuple(_eased(guess) for guess in made.guesses))
        contract, text = _read_back(made, owner, channel)
        bad = failing(contract, made.sample)
    made.file.parent.mkdir(parents=True, exist_ok=True)
    write_durably(made.file, text.encode())
    doubts = [("", doubt) for doubt in made.doubts]
    doubts += [(guess.column.name, doubt) for guess in made.guesses for doubt in guess.doubts]
    rows = made.sample.frame.height
    return Inferred(made.file, made.sample.setting, len(contract.columns), rows, rows - bad, tuple(doubts))


def failing(contract: Contract, sample: Sample) -> int:
    """How many rows of a sample would go to quarantine. Raises GateError where the types alone do not fit."""
    # Without hashes: trying a contract needs no key.
    plain = replace(contract, columns=tuple(replace(column, secret=False) for column in contract.columns))
    frame, tally = rows_of(sample), Tally()
    if contract.extraction.format == "excel":
        frame = frame.with_columns(unexcelled(contract.columns, frame))
    check_types(plain, frame.schema, sample.origin)
    split(checker(plain), frame, tally)
    return tally.quarantined


def _read_back(made: Draft, owner: str, channel: str) -> tuple[Contract, str]:
    """The draft as landing will read it."""
    text = render(made, owner=owner, channel=channel)
    with TemporaryDirectory(prefix="ghala-") as scratch:
        file = Path(scratch) / made.source / f"{made.table}{SUFFIX}"
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
        return load_contract(file), text


def _eased(guess: Guess) -> Guess:
    if not any("would go to quarantine" in doubt for doubt in guess.doubts):
        return guess
    column = replace(guess.column, type="VARCHAR", format=None, number=None, null_values=(), trim=False)
    return replace(guess, column=column, doubts=(*guess.doubts, "too many rows would: kept as text"))


def _names(target: str) -> tuple[str, str]:
    """The source and the table that a target suggests."""
    before, _, after = target.rpartition(":")
    if Path(target).is_file():
        folder, pattern = path_pattern(Path(target).absolute())
        stem = pattern.rsplit("/", 1)[-1].split(".")[0]
        return names.snake(folder.name), names.snake(stem.split("{", 1)[0].strip("_-. ") or folder.name)
    if before and Path(before).is_file():
        return names.snake(Path(before).stem), names.snake(after)
    return names.snake(before), names.snake(after.rsplit(".", 1)[-1])
