"""Makes a landed partition visible: rename, then the manifest line; and repairs what a killed run left half done."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import GhalaError
from orchestration.ingest import manifest, store
from orchestration.ingest.manifest import LoadRecord

PENDING = ".pending.json"
IN_FLIGHT = ".landing"  # exists while a run lands: only after a crash are there temporary files to sweep


@dataclass(frozen=True)
class Staged:
    """The temporary files of a partition, complete and synced, and the record that will name them."""

    record: LoadRecord
    bronze: Path
    quarantine: Path | None


def partition_folder(root: Path, record_or_key: tuple[str, str], day: str) -> Path:
    """`<root>/<source>/<table>/year=YYYY/month=MM/day=DD` for an ISO date."""
    source, table = record_or_key
    year, month, number = day.split("-")
    return root / source / table / f"year={year}" / f"month={month}" / f"day={number}"


def commit(home: Path, staged: Staged) -> None:
    """Quarantine first, then bronze, then the manifest; a pending record lets the next start finish or undo it."""
    record = staged.record
    pending = home / "bronze" / PENDING
    store.write_text(pending, manifest.render(record))
    if staged.quarantine is not None and record.quarantine_file is not None:
        store.move(staged.quarantine, home / "quarantine" / record.quarantine_file)
    store.move(staged.bronze, home / "bronze" / record.file)
    manifest.append(home, record)
    pending.unlink()


def recover(home: Path) -> None:
    """Bring bronze back to a state that the manifest describes. To be called by the writer before it lands anything.

    Raises GhalaError when there are files and no manifest: with none every day would be landed anew, over them.
    """
    bronze = home / "bronze"
    manifest.cut_torn_line(home)
    if (bronze / PENDING).exists():
        _roll(home, bronze / PENDING)
    if (bronze / IN_FLIGHT).exists():
        for folder in (bronze, home / "quarantine"):
            for leftover in folder.rglob(".*.tmp"):
                leftover.unlink()
        for spool in bronze.glob(".spool-*"):
            shutil.rmtree(spool)
        (bronze / IN_FLIGHT).unlink()
    # `_schema.parquet` beside the days is there before anything has landed
    if not (bronze / manifest.NAME).exists() and (file := next(bronze.glob("*/*/year=*/**/*.parquet"), None)):
        raise GhalaError(
            f"there are files in bronze, such as {file.name}, and no manifest that names them",
            str(bronze / manifest.NAME),
            "restore it from a backup, or: ghala verify --repair writes it anew from the files",
        )


def _roll(home: Path, pending: Path) -> None:
    try:
        record = manifest.parse(pending.read_text(encoding="utf-8"))
    except (TypeError, KeyError, ValueError):
        pending.unlink()  # torn while it was written: nothing was renamed yet
        return
    if all(record.load_number != known.load_number for known in manifest.read(home)):
        file = home / "bronze" / record.file
        quarantine = None if record.quarantine_file is None else home / "quarantine" / record.quarantine_file
        arrived = file.exists() and store.sha256(file) == record.sha256
        if arrived and (quarantine is None or quarantine.exists()):
            manifest.append(home, record)
        elif quarantine is not None:
            quarantine.unlink(missing_ok=True)
    pending.unlink()
