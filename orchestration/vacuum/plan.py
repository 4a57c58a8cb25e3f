"""What a vacuum would remove, and why: found, not touched.

Never in the plan: bronze and its manifest, the quarantine of loads in place, the history of runs (`ops/`), contracts.
From these everything else can be made again.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from orchestration import candidate, publish, state
from orchestration import publish_files as files
from orchestration.config import Settings
from orchestration.ingest import manifest

CANDIDATE_DAYS = 14  # a change that nobody has taken over by then is built anew rather than looked at
FREE_SHARE = 0.3  # of a DuckDB file: below that, the free blocks are used again by the builds of some days
FREE_BYTES = 16 * 1024 * 1024  # not worth a copy below that
DAGSTER_INDEX = ("index", "runs")  # these know which partitions are there; the others are logs of one run each

COMPACT = "free blocks"
LEFT = "left"  # what could not be looked at
HOLDER = re.compile(r"\(PID (\d+)\)")  # in DuckDB's words for a file that another process has open


@dataclass(frozen=True)
class Item:
    """Files that go together, `bytes` is what that frees. Of kind `free blocks` the file is copied and not removed;
    the kind `left` has no files: something stays as it is, and the reason says what and why.
    """

    kind: str
    paths: tuple[Path, ...]
    bytes: int
    reason: str


def plan(settings: Settings, now: datetime) -> list[Item]:
    """All that can go at a moment, by kind. The writer's lock must be held. `now` knows its timezone."""
    old = now - timedelta(days=settings.keep_days)
    return [
        *_versions(settings),
        *_candidate(settings, now),
        *_quarantine(settings, old),
        *_dagster(settings, old),
        *_logs(settings, old),
        *_leftovers(settings, now),
        *(item for file in (settings.warehouse, settings.star) for item in _free_blocks(file)),
    ]


def _versions(settings: Settings) -> Iterable[Item]:
    why = f"neither pinned, nor what readers see, nor among the newest {settings.keep_versions}"
    for version in publish.to_forget(settings):
        paths = (
            files.data_file(settings.serving, version),
            files.facts_file(settings.serving, version),
            state.file_of(settings.home, version),
            state.semantic_file_of(settings.home, version),
        )
        yield _item("version", paths, why)


def _candidate(settings: Settings, now: datetime) -> Iterable[Item]:
    here = candidate.folder(settings.home)
    star = candidate.star(settings.home)
    if star.is_file() and _changed(star) < now - timedelta(days=CANDIDATE_DAYS):
        inside = [file for file in here.rglob("*") if file.is_file() and not file.name.startswith(".lock")]
        yield _item("candidate", sorted(inside), f"built more than {CANDIDATE_DAYS} days ago")


def _quarantine(settings: Settings, old: datetime) -> Iterable[Item]:
    records = manifest.read(settings.home)
    newest = manifest.current(records)
    held = {record.quarantine_file for record in newest.values()}
    for record in records:
        replaced = newest[record.partition]
        if record.quarantine_file is None or record.quarantine_file in held:
            continue
        if _moment(replaced.loaded_at) < old:
            file = settings.quarantine / record.quarantine_file
            why = f"load {record.load_number} was replaced by load {replaced.load_number} on {replaced.loaded_at[:10]}"
            if file.is_file():
                yield _item("quarantine", (file,), why)


def _dagster(settings: Settings, old: datetime) -> Iterable[Item]:
    for file in sorted((settings.dagster / "history").glob("*.db")):
        if file.stem not in DAGSTER_INDEX and _changed(file) < old:
            paths = [file, *(file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))]
            yield _item("Dagster's log", paths, f"of a run of {_changed(file):%Y-%m-%d}; its results stay in ops")


def _logs(settings: Settings, old: datetime) -> Iterable[Item]:
    for file in sorted(settings.logs.glob("*")):
        if file.is_file() and _changed(file) < old:
            yield _item("log", (file,), f"last written on {_changed(file):%Y-%m-%d}")


def _leftovers(settings: Settings, now: datetime) -> Iterable[Item]:
    """What a killed vacuum or publication left (the lock says that nobody is at it), and a comparison of yesterday."""
    versions = files.versions(settings.serving)
    for file in [*settings.home.glob(".*.duckdb.tmp"), *files.stale(settings.serving)]:
        yield _item("leftover", (file,), "of a process that was killed")
    for file in settings.home.glob(".diff-*/*"):
        if _changed(file) < now - timedelta(days=1):
            yield _item("leftover", (file,), "of a comparison that was killed")
    for file in state.orphans(settings.home, versions):
        yield _item("leftover", (file,), "manifest of a version that is gone")


def _free_blocks(file: Path) -> Iterable[Item]:
    if not file.is_file():
        return
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            answer = connection.execute("select block_size, total_blocks, free_blocks from pragma_database_size()")
            size, total, free = answer.fetchone() or (0, 0, 0)
    except duckdb.Error as error:
        holder = HOLDER.search(str(error))
        why = f"process {holder[1]} has it open" if holder else f"it cannot be read: {str(error).splitlines()[0]}"
        yield Item(LEFT, (), 0, f"{file.name}: {why}")
        return
    if file.with_name(f"{file.name}.wal").exists():
        return
    if total and free / total > FREE_SHARE and free * size > FREE_BYTES:
        yield Item(
            COMPACT, (file,), free * size, f"{100 * free // total} % of the file is free; DuckDB does not shrink it"
        )


def _item(kind: str, paths: Iterable[Path], reason: str) -> Item:
    there = tuple(path for path in paths if path.is_file())
    return Item(kind, there, sum(path.stat().st_size for path in there), reason)


def _changed(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def as_json(items: Iterable[Item]) -> str:
    """A plan for programs."""
    values = [
        {"kind": item.kind, "paths": [str(path) for path in item.paths], "bytes": item.bytes, "reason": item.reason}
        for item in items
    ]
    return json.dumps(values, indent=1)
