"""What must hold of a home after its next run, whatever happened to it before."""

import sqlite3
from pathlib import Path

from orchestration import publish_files
from orchestration.errors import GhalaError
from orchestration.ingest import manifest, store
from orchestration.lock import writer

HIDDEN = ("*.tmp", ".spool-*", ".pending.json", ".landing", "*.wal")
RUN_DEPENDENT = ("alerts", "dagster", "governance", "logs", "ops", "serving", "state", "target")
UNFINISHED = ("NOT_STARTED", "QUEUED", "STARTING", "STARTED", "CANCELING")


def wrong(home: Path) -> list[str]:
    """Everything that a finished run must not leave, in words; empty when all is well."""
    return [*_leftovers(home), *_unfinished_runs(home), *_lock(home), *_bronze(home), *_serving(home)]


def files(home: Path) -> set[str]:
    """The names of the files that do not depend on when a run was, relative to the home."""
    found = (path.relative_to(home) for path in home.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if path.parts[0] not in RUN_DEPENDENT}


def _leftovers(home: Path) -> list[str]:
    return [f"left behind: {path.relative_to(home)}" for pattern in HIDDEN for path in sorted(home.rglob(pattern))]


def _unfinished_runs(home: Path) -> list[str]:
    database = home / "dagster" / "history" / "runs.db"
    if not database.is_file():
        return []
    marks = ",".join("?" * len(UNFINISHED))
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = connection.execute(f"select run_id, status from runs where status in ({marks})", UNFINISHED).fetchall()
    finally:
        connection.close()
    return [f"Dagster run {run} is {status} for ever" for run, status in rows]


def _lock(home: Path) -> list[str]:
    try:
        with writer(home):
            return []
    except GhalaError as error:
        return [f"the lock is held: {error.what}"]


def _bronze(home: Path) -> list[str]:
    try:
        records = manifest.current(manifest.read(home)).values()
    except GhalaError as error:
        return [f"the manifest cannot be read: {error.what}"]
    found = []
    for record in records:
        file = home / "bronze" / record.file
        if not file.is_file() or store.sha256(file) != record.sha256:
            found.append(f"bronze/{record.file} is not what the manifest says")
    return found


def _serving(home: Path) -> list[str]:
    serving = home / "serving"
    if not serving.is_dir():
        return []
    now = publish_files.current(serving)
    halves = {file.stem for file in serving.glob("ghala-*.*")} - {f"ghala-{v}" for v in publish_files.versions(serving)}
    return [f"serving holds half a version: {name}" for name in sorted(halves)] + (
        [] if now in publish_files.versions(serving) else ["the serving link names no complete version"]
    )
