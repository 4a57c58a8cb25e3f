"""The manifest: one line per load, written last. What it does not name has not been landed."""

import os
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from orchestration.errors import GhalaError

NAME = "manifest.jsonl"


@dataclass(frozen=True)
class FileNote:
    """A file of a date: its path below the connection's folder. With a `problem` it was left out, or has none to give.

    `bytes`, `mtime` (ns) and `sha256` tell later whether it is still the same; `sha256` is None where it was not read.
    """

    name: str
    rows: int
    bytes: int
    problem: str | None
    mtime: int
    sha256: str | None


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
    tombstones: int = 0  # of `extracted`: rows for keys that vanished from the source …
    compared: int = 0  # … among so many keys
    files: tuple[FileNote, ...] | None = None  # None: no files, or a load of before files were noted

    @property
    def bad_files(self) -> tuple[FileNote, ...]:
        """The files that were left out."""
        return tuple(file for file in self.files or () if file.problem is not None)

    @property
    def partition(self) -> tuple[str, str, date]:
        return (self.source, self.table, self.logical_date)


# What was read last, per file: (size, mtime, inode) and the records. A run asks before and after each source.
_cache: dict[Path, tuple[tuple[int, int, int], tuple[LoadRecord, ...]]] = {}
_guard = threading.Lock()


def read(home: Path) -> list[LoadRecord]:
    """All loads in the order in which they were written; a torn last line is ignored. Raises GhalaError when broken."""
    path = home / "bronze" / NAME
    stamp = _stamp(path)
    if stamp is None:
        return []
    with _guard:
        known = _cache.get(path)
    if known is not None and known[0] == stamp:
        return list(known[1])
    *lines, _torn = path.read_bytes().split(b"\n")
    try:
        records = tuple(parse(line) for line in lines)
    except (ValueError, TypeError, KeyError) as error:
        raise GhalaError(
            f"the manifest has a broken line: {error}",
            str(path),
            "ghala verify --repair writes it anew from its whole lines and the files, then: ghala run",
        ) from error
    if _stamp(path) == stamp:  # nobody wrote while it was read
        with _guard:
            _cache[path] = stamp, records
    return list(records)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino


def parse(line: bytes | str) -> LoadRecord:
    """A line of the manifest as a record."""
    values = orjson.loads(line)
    names = values.keys()
    if not (names >= REQUIRED and names <= KNOWN):
        strange = sorted((REQUIRED - names) | (names - KNOWN))
        raise ValueError(f"it lacks, or has too much: {', '.join(strange)}")
    values["logical_date"] = _date(values["logical_date"])
    if values.get("files") is not None:
        values["files"] = tuple(FileNote(**note) for note in values["files"])
    # Past the generated __init__ of a frozen class, which would take most of the time of reading a long manifest.
    record = object.__new__(LoadRecord)
    record.__dict__.update(values)
    return record


def render(record: LoadRecord) -> str:
    """A record as a line of the manifest, without the end of line. Fields that hold nothing new are left out."""
    values: dict[str, Any] = {**asdict(record), "logical_date": record.logical_date.isoformat()}
    for name, nothing in OPTIONAL.items():
        if values[name] == nothing:
            del values[name]
    return orjson.dumps(values).decode()


@lru_cache(maxsize=4096)
def _date(text: str) -> date:
    return date.fromisoformat(text)


def current(records: Iterable[LoadRecord]) -> dict[tuple[str, str, date], LoadRecord]:
    """The newest load of each (source, table, logical date)."""
    return {record.partition: record for record in records}


def newest_number(home: Path) -> int:
    """The highest load number; 0 before the first load."""
    return max((record.load_number for record in read(home)), default=0)


def append(home: Path, record: LoadRecord) -> None:
    """Add a line and make it durable."""
    path = home / "bronze" / NAME
    before = _stamp(path)
    with path.open("ab") as file:
        file.write(render(record).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    after = _stamp(path)
    with _guard:
        known = _cache.pop(path, None)
        if known is not None and known[0] == before and after is not None:
            _cache[path] = after, (*known[1], record)


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


OPTIONAL: dict[str, Any] = {"tombstones": 0, "compared": 0, "files": None}
KNOWN = frozenset(field.name for field in fields(LoadRecord))
REQUIRED = KNOWN - OPTIONAL.keys()
