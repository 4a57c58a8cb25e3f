"""Deliveries that a gate of tier 1 stopped: one line each, appended; they are also how schema conformity is known.

A stopped delivery is open until a load of its day is newer, or until it is withdrawn: what had landed is there again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration.errors import GateError
from orchestration.ingest import lines, manifest
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract

NAME = "rejected.jsonl"
Key = tuple[str, str, date]
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Rejection:
    """A partition that did not land. `gate` as in GateError; times are UTC in ISO format.

    `is_other`: the day had landed before, with other files than those that were stopped.
    """

    source: str
    table: str
    logical_date: str
    gate: str
    message: str
    origin: str
    contract_version: str
    owner: str
    run_id: str
    rejected_at: str
    is_other: bool = False


@dataclass(frozen=True)
class Withdrawal:
    """All that was stopped of a partition before is over: it is again as load `load_number` has it."""

    source: str
    table: str
    logical_date: str
    load_number: int
    withdrawn_at: str


def file_of(home: Path) -> Path:
    """Where the rejections are: beside the manifest, which only knows what landed."""
    return home / "bronze" / NAME


def read(home: Path) -> list[Line]:
    """Rejections and withdrawals in the order in which they were noted; lines that are neither are left out."""
    return [line for line in lines.read(file_of(home)) if line.keys() >= {"source", "table", "logical_date"}]


def reject(home: Path, contract: Contract, day: date, run_id: str, error: GateError) -> None:
    """Note that a gate stopped a partition."""
    landed = manifest.current(manifest.read(home)).get((contract.source, contract.table, day))
    rejection = Rejection(
        source=contract.source,
        table=contract.table,
        logical_date=day.isoformat(),
        gate=error.gate,
        message=error.what,
        origin=error.where,
        contract_version=contract.version,
        owner=contract.owner,
        run_id=run_id,
        rejected_at=_now(),
        is_other=landed is not None and _are_as_landed(contract, landed) is False,
    )
    lines.append(file_of(home), asdict(rejection))


def withdraw(home: Path, record: LoadRecord) -> None:
    """Note that a landed partition is as it was landed, where a delivery of it was stopped since."""
    if record.partition in stopped(read(home), {record.partition: record}):
        day = record.logical_date.isoformat()
        withdrawal = Withdrawal(record.source, record.table, day, record.load_number, _now())
        lines.append(file_of(home), asdict(withdrawal))


def stopped(known: Iterable[Line], landed: Mapping[Key, LoadRecord]) -> dict[Key, Line]:
    """The landed partitions of which a later delivery was stopped and not withdrawn, with its line."""
    last = {key: line for line in known if (key := _key(line)) in landed}
    return {key: line for key, line in last.items() if line.get("rejected_at", "") >= landed[key].loaded_at}


def restored(
    known: Iterable[Line], landed: Mapping[Key, LoadRecord], contracts: Mapping[str, Contract]
) -> list[LoadRecord]:
    """The loads whose files are back, after others were stopped. `contracts` by source.table.

    A day whose own files were stopped, by a new contract for example, is not among them: nothing has changed.
    """
    return [
        landed[key]
        for key, line in stopped(known, landed).items()
        if line.get("is_other") and (contract := contracts.get(f"{key[0]}.{key[1]}"))
        if _are_as_landed(contract, landed[key])
    ]


def withdrawn(known: Iterable[Line]) -> dict[Key, str]:
    """When each partition was last said to be as it was landed."""
    return {_key(line): line["withdrawn_at"] for line in known if "withdrawn_at" in line}


def _key(line: Line) -> Key:
    return line["source"], line["table"], date.fromisoformat(line["logical_date"])


def _are_as_landed(contract: Contract, record: LoadRecord) -> bool | None:
    # Here, because `ops` and the alerts import this module, and listing files brings Polars.
    from orchestration.ingest.rejected_files import are_as_landed  # noqa: PLC0415

    return are_as_landed(contract, record)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
