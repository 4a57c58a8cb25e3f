"""Deliveries that a gate of tier 1 stopped: one line each, appended; they are also how schema conformity is known."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.errors import GateError
from orchestration.ingest import lines
from orchestration.ingest.model import Contract

NAME = "rejected.jsonl"


@dataclass(frozen=True)
class Rejection:
    """A partition that did not land. `gate` as in GateError; times are UTC in ISO format."""

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


def file_of(home: Path) -> Path:
    """Where the rejections are: beside the manifest, which only knows what landed."""
    return home / "bronze" / NAME


def reject(home: Path, contract: Contract, day: date, run_id: str, error: GateError) -> None:
    """Note that a gate stopped a partition."""
    now = datetime.now(UTC).isoformat(timespec="microseconds")
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
        rejected_at=now,
    )
    lines.append(file_of(home), asdict(rejection))
