"""Takes a person out of bronze and quarantine: rows about them go, what else names them is emptied."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import orjson
import polars as pl

from orchestration.durable import write_durably
from orchestration.errors import ConfigError
from orchestration.ingest import commit, keyring, manifest, subject
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.pseudonym import chain, keys_for
from orchestration.ingest.rewrite import Rewriter, bad_rows_file, check_files


@dataclass(frozen=True)
class Person:
    """What names a person: identifiers (never shown), and those left alone because they name somebody else as well.

    `marks` are how landing will know them, made with `keys` keys of the chain; `rows` counts rows by table.
    """

    names: frozenset[str]
    marks: tuple[str, ...]
    keys: int
    shared: int
    rows: Mapping[str, int]


def find(home: Path, contracts: Sequence[Contract], kind: str, identifier: str) -> Person:
    """Everything in bronze and quarantine that names a person of this kind; changes nothing.

    Raises ConfigError for an unknown kind and for other keys than those of bronze, GhalaError when a file of a current
    load is gone: what it held about the person would come back with it.
    """
    ours = [contract for contract in contracts if any(subject.columns_of(contract, kind))]
    if not any(subject.is_register(c, column) for c in ours for column in subject.columns_of(c, kind)):
        known = {column.subject for c in contracts for column in c.columns if subject.is_register(c, column)}
        raise ConfigError(
            f"no contract says which rows are about a {kind}",
            "custom property dataSubject on a key column",
            f"take one of: {', '.join(sorted(filter(None, known))) or 'none yet'}",
        )
    keys = keys_for(ours[0], knows_people=True)
    keyring.compare(home, keys)
    for contract in _with_people(contracts):
        check_files(home, (record for record, is_current in _records(home, contract) if is_current))
    wanted = identifier.strip().upper()
    mine, others = {wanted: False}, set[str]()  # value -> whether it is a hash, so that its mark needs no key
    for contract in ours:
        keyed = [column for column in subject.columns_of(contract, kind) if subject.is_register(contract, column)]
        for frame in _frames(home, contract) if keyed else ():
            is_here = pl.any_horizontal([subject.same(pl.col(column.name)) == wanted for column in keyed])
            for column in subject.columns_of(contract, kind):
                value = pl.col(column.name) if column.secret else subject.same(pl.col(column.name))
                named = frame.select(is_here.fill_null(False).alias("is_here"), value.alias("value")).drop_nulls()
                mine |= dict.fromkeys(named.filter("is_here")["value"], column.secret)
                others |= set(named.filter(~pl.col("is_here"))["value"])
    kept = {value: is_hash for value, is_hash in mine.items() if value not in others}
    marks = {subject.mark(value, () if is_hash else keys) for value, is_hash in kept.items()}
    names = frozenset(value.upper() for value in kept)
    counts = {c.key: sum(_hits(c, frame, names) for frame in _frames(home, c)) for c in ours}
    rows = {table: count for table, count in counts.items() if count}
    return Person(names, tuple(sorted(marks)), len(keys), len(mine) - len(kept), rows)


def remember(home: Path, kind: str, person: Person, run_id: str) -> None:
    """Add a person to those whom landing leaves out: before anything is rewritten, so that nobody comes back."""
    keyring.keep(home, chain())  # the marks are of no use to a landing with other keys
    before = subject.read(home)
    if any(set(person.marks) <= set(entry["marks"]) and entry["keys"] == person.keys for entry in before):
        return
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entry = {"erased_at": now, "run": run_id, "subject": kind, "keys": person.keys, "marks": list(person.marks)}
    lines = [orjson.dumps(one) for one in (*before, entry)]
    write_durably(home / subject.NAME, b"\n".join(lines) + b"\n")


def rewrite(home: Path, contracts: Iterable[Contract], person: Person, run_id: str) -> int:
    """Rewrite every file that names the person; returns how many loads that made.

    The tables about the person come last: until they are done they say who is meant, so that a second try ends what a
    killed one began.
    """
    rewriter, made = Rewriter(home, run_id), 0
    (home / "bronze" / commit.IN_FLIGHT).touch()
    ours = _with_people(contracts)
    for contract in sorted(ours, key=lambda c: any(subject.is_register(c, column) for column in c.columns)):
        change = partial(subject.without, contract, names=person.names)
        for record, is_current in _records(home, contract):
            bad_rows = _bad_rows(home, contract, record, is_current)
            if is_current and _hits(contract, _good_rows(home, contract, record), person.names) + _hits(
                contract, bad_rows, person.names
            ):
                rewriter.load(record, change)
                made += 1
            if _hits(contract, bad_rows, person.names):
                rewriter.old_quarantine(record, change)
    (home / "bronze" / commit.IN_FLIGHT).unlink()
    return made


def _with_people(contracts: Iterable[Contract]) -> list[Contract]:
    """Those with columns that name people: no other file is opened."""
    return [contract for contract in contracts if any(subject.columns_of(contract))]


def _records(home: Path, contract: Contract) -> list[tuple[LoadRecord, bool]]:
    """The loads of a table, and whether each is the current one of its partition."""
    records = manifest.read(home)
    newest = manifest.current(records)
    mine = (contract.source, contract.table)
    return [(record, newest[record.partition] is record) for record in records if record.partition[:2] == mine]


def _frames(home: Path, contract: Contract) -> Iterator[pl.DataFrame]:
    """The columns that name people: of current loads, and of all that is in quarantine."""
    for record, is_current in _records(home, contract):
        if is_current:
            yield _good_rows(home, contract, record)
        yield _bad_rows(home, contract, record, is_current)


def _good_rows(home: Path, contract: Contract, record: LoadRecord) -> pl.DataFrame:
    return _read(home / "bronze" / record.file, contract)


def _bad_rows(home: Path, contract: Contract, record: LoadRecord, is_current: bool) -> pl.DataFrame:
    return _read(bad_rows_file(home, record, is_current), contract)


def _read(file: Path | None, contract: Contract) -> pl.DataFrame:
    """The columns that name people; null where a file of an older version has none."""
    names = [column.name for column in subject.columns_of(contract)]
    if file is None:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    there = [name for name in names if name in pl.read_parquet_schema(file)]
    frame = pl.read_parquet(file, columns=there)
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in there)


def _hits(contract: Contract, frame: pl.DataFrame, names: frozenset[str]) -> int:
    """Rows that name the person."""
    columns = subject.columns_of(contract)
    hits = [subject.same(pl.col(column.name)).is_in(list(names)).fill_null(False) for column in columns]
    return frame.filter(pl.any_horizontal(hits)).height if hits else 0
