"""A contract that changed in the middle of a history: what bronze can still be read, and what must be reloaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import polars as pl

from orchestration.errors import ConfigError, GateError
from orchestration.ingest import casts
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract


@dataclass(frozen=True)
class Change:
    """What the columns of landed files lack against the contract, or have too much, in words."""

    breaking: tuple[str, ...]
    added: tuple[str, ...]


def has_added_columns(version: str) -> bool:
    """Whether files of an earlier minor version may lack columns: 1.1.0 adds nullable columns to 1.0.0."""
    parts = version.split(".")
    return len(parts) > 1 and parts[1] != "0"


def check_history(home: Path, contract: Contract, landed: Iterable[LoadRecord], asked: set[date]) -> None:
    """Whether the partitions of a table that stay can be read with the contract as it is now.

    An added nullable column is a minor change: readers see null in older files. Anything else is a major change and
    raises GateError with the partitions to reload, unless all of them are among those `asked` for. A change without a
    new version raises ConfigError. `landed` are the table's current loads.
    """
    staying = sorted(
        (record for record in landed if record.logical_date not in asked), key=lambda record: record.contract_version
    )
    old: list[LoadRecord] = []
    words: list[str] = []
    for version, group in groupby(staying, key=lambda record: record.contract_version):
        records = list(group)
        change = _change(home, contract, records)
        if change.breaking:
            old += records
            words += [word for word in change.breaking if word not in words]
        elif change.added and (version == contract.version or not has_added_columns(contract.version)):
            major, minor = (*contract.version.split("."), "0")[:2]
            raise ConfigError(
                f"{contract.key} has new columns ({', '.join(change.added)}) and still the version {contract.version}",
                str(contract.file),
                f"give it the version {major}.{int(minor) + 1}.0, run `ghala contract export`, then run again",
            )
    if old:
        raise _reload(contract, old, words)


def to_reload(home: Path, contract: Contract, landed: Iterable[LoadRecord]) -> list[LoadRecord]:
    """The loads that cannot be read together with what this contract would land."""
    ordered = sorted(landed, key=lambda record: record.contract_version)
    groups = [list(group) for _, group in groupby(ordered, key=lambda record: record.contract_version)]
    return [record for group in groups if _change(home, contract, group).breaking for record in group]


def _reload(contract: Contract, old: list[LoadRecord], words: list[str]) -> GateError:
    days = [record.logical_date for record in old]
    versions = ", ".join(sorted({record.contract_version for record in old}))
    reload = f"ghala ingest {contract.key} --from {min(days)} --to {max(days)}"
    major = contract.version.split(".")[0]
    is_named = all(record.contract_version.split(".")[0] != major for record in old)
    version = "" if is_named else f"give it the version {int(major) + 1}.0.0, then "
    return GateError(
        f"{contract.key} is not landed: {'; '.join(words)}. That is a major change, and {len(old)} partitions from "
        f"{min(days)} to {max(days)} were landed under version {versions}",
        str(contract.file),
        f"the previous data stay; {version}reload these partitions: {reload}",
    )


def _change(home: Path, contract: Contract, records: list[LoadRecord]) -> Change:
    """Of the files of one version; they are alike, so that one of them is looked at."""
    file = next((path for record in records if (path := home / "bronze" / record.file).exists()), None)
    if file is None:
        return Change((), ())
    old = pl.read_parquet_schema(file)
    new = {column.name: casts.bronze_type(column) for column in contract.columns}
    required = {column.name for column in contract.columns if column.required}
    breaking = [f"column '{name}' is dropped" for name in old if name not in new]
    breaking += [f"column '{n}' was {old[n]} and is {new[n]}" for n in new if n in old and old[n] != new[n]]
    breaking += [f"column '{name}' is new and required" for name in new if name not in old and name in required]
    return Change(tuple(breaking), tuple(name for name in new if name not in old))
