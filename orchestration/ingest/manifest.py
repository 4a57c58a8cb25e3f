"""The manifest: one line per load, written last. What it does not name has not been landed."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from orchestration.errors import GhalaError

NAME = "manifest.jsonl"


@dataclass(frozen=True)
class LoadRecord:
    """One landed partition. `file` and `quarantine_file` are relative to bronze/ and quarantine/, with slashes."""

    load_number: int
    source: str
    table: str
    logical_date: date
    file: str
    rows: int
    bytes: int
    sha256: str
    extracted: int
    quarantined: int
    deduplicated: int
    quarantine_file: str | None
    quarantine_sha256: str | None  # of the bad rows without their load number
    contract_version: str
    run_id: str
    loaded_at: str
    seconds: float
    max_cursor: str | None

    @property
    def partition(self) -> tuple[str, str, date]:
        return (self.source, self.table, self.logical_date)


def read(home: Path) -> list[LoadRecord]:
    """All loads in the order in which they were written; a torn last line is ignored. Raises GhalaError when broken."""
    path = home / "bronze" / NAME
    if not path.exists():
        return []
    *lines, _torn = path.read_bytes().split(b"\n")
    try:
        return [parse(line) for line in lines]
    except (ValueError, TypeError, KeyError) as error:
        raise GhalaError(
            f"the manifest has a broken line: {error}",
            str(path),
            "restore it from a backup; the bronze files are intact",
        ) from error


def parse(line: bytes | str) -> LoadRecord:
    """A line of the manifest as a record."""
    fields = json.loads(line)
    return LoadRecord(**{**fields, "logical_date": date.fromisoformat(fields["logical_date"])})


def render(record: LoadRecord) -> str:
    """A record as a line of the manifest, without the end of line."""
    return json.dumps({**asdict(record), "logical_date": record.logical_date.isoformat()}, separators=(",", ":"))


def current(records: Iterable[LoadRecord]) -> dict[tuple[str, str, date], LoadRecord]:
    """The newest load of each (source, table, logical date)."""
    return {record.partition: record for record in records}


def append(home: Path, record: LoadRecord) -> None:
    """Add a line and make it durable."""
    with (home / "bronze" / NAME).open("ab") as file:
        file.write(render(record).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def cut_torn_line(home: Path) -> None:
    """Remove what a killed writer left after the last complete line."""
    path = home / "bronze" / NAME
    if not path.exists():
        return
    with path.open("rb+") as file:
        content = file.read()
        if content and not content.endswith(b"\n"):
            file.truncate(content.rfind(b"\n") + 1)
            os.fsync(file.fileno())
