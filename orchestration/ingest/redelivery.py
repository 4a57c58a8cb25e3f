"""Dates whose files are no longer what was landed: they are landed again by the next run."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from orchestration.errors import GhalaError, UnavailableError
from orchestration.ingest.extract.batch import BadFileError
from orchestration.ingest.extract.listing import (
    FORBIDDEN,
    LOCKED,
    OBSTACLES,
    Folders,
    Found,
    digest,
    folder_of,
    is_dated,
    obstacle,
    pattern_of,
)
from orchestration.ingest.manifest import FileNote, LoadRecord, current
from orchestration.ingest.model import Contract
from orchestration.ingest.plan import Partition, partitions_to_load

Key = tuple[str, str, date]


def due(records: Sequence[LoadRecord], contracts: Sequence[Contract], start: date, through: date) -> list[Partition]:
    """The partitions that a run lands: never landed ones and changed ones, day by day, contracts in their order."""
    changed = redelivered(records, contracts, start, through)
    kept = [record for record in records if record.partition not in changed]
    return partitions_to_load(kept, contracts, start, through)


def redelivered(records: Iterable[LoadRecord], contracts: Iterable[Contract], start: date, through: date) -> set[Key]:
    """The landed partitions among whose files one is new, changed, repaired or gone, as far as lookbackDays reaches.

    Costs a listing of each date's folder; a file is read only when its time changed and its size did not. A folder
    that is not there, not configured or cannot be read says nothing.
    """
    landed = current(records)
    folders: dict[Path, Folders] = {}
    found: set[Key] = set()
    for contract in contracts:
        if contract.extraction.type != "files" or not is_dated(contract):
            continue
        try:
            root = folder_of(contract)
        except GhalaError:
            continue
        listing = folders.setdefault(root, Folders(root))
        first = max(start, through - timedelta(days=contract.extraction.lookback_days - 1))
        for offset in range((through - first).days + 1):
            day = first + timedelta(days=offset)
            record = landed.get((contract.source, contract.table, day))
            if record is None or record.files is None:
                continue
            files = listing.seen(pattern_of(contract, day))
            if files is not None and _differs(contract, record.files, files):
                found.add(record.partition)
    return found


def _differs(contract: Contract, notes: Sequence[FileNote], files: Sequence[Found]) -> bool:
    if notes and not files and contract.extraction.on_missing == "block":
        return False  # moved to an archive: a date without files would not land anyway
    then, now = {note.name: note for note in notes}, {file.name: file for file in files}
    return then.keys() != now.keys() or any(_changed(note, now[name]) for name, note in then.items())


def _changed(note: FileNote, file: Found) -> bool:
    seen = obstacle(file)
    if note.problem in OBSTACLES:
        return seen != note.problem
    if seen in (LOCKED, FORBIDDEN):
        return False  # somebody has it open just now: what was landed stays until it can be read
    if file.bytes != note.bytes or file.mtime == note.mtime:
        return file.bytes != note.bytes
    try:
        return digest(file) != note.sha256
    except BadFileError:
        return note.problem is None
    except UnavailableError:
        return False
