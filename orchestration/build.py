"""One build: dbt over everything that is new, and a record of it that decides whether it may be published."""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.config import Settings
from orchestration.dbt import arguments, manifest
from orchestration.dbt.arguments import BuildRequest
from orchestration.dbt.failures import BuildError
from orchestration.dbt.outcome import Outcome
from orchestration.dbt.runner import invoke
from orchestration.errors import ConfigError
from orchestration.ingest import manifest as loads
from orchestration.lock import writer
from orchestration.progress import Tell, silent


@dataclass(frozen=True)
class BuildRecord:
    """The last build, as `$GHALA_HOME/build.json` keeps it. `star` is [bytes, mtime_ns] of star.duckdb after it."""

    state: str  # running until dbt has ended: a killed build leaves it so
    complete: bool
    passed: bool
    started_at: str
    finished_at: str
    seconds: float
    last_load: int
    project: str
    gates: dict[str, dict[str, int]]
    star: tuple[int, int]


def build(settings: Settings, request: BuildRequest, tell: Tell = silent) -> Outcome:
    """Build with tests, and record what came of it.

    Raises BuildError when a model or a test of severity error failed, GhalaError when dbt could not run.
    """
    with writer(settings.home):
        started = _now()
        _write(settings, _record(settings, request, started, None))
        outcome, _ = invoke(settings, arguments.build(settings, request), tell, "build")
        if not outcome.nodes and not request.complete:
            raise ConfigError(
                f"the selection matches nothing: {' '.join((*request.select, *request.exclude))}",
                "ghala build --select/--exclude",
                "name a model, tag:…, path:… or model+; see them: dbt ls",
            )
        _checkpoint(settings.star)
        _write(settings, _record(settings, request, started, outcome))
        if not outcome.passed:
            raise BuildError(outcome, _short(settings.home))
        return outcome


def last(settings: Settings) -> BuildRecord | None:
    """The record of the last build, None when there was none."""
    try:
        values = json.loads(record_file(settings).read_text())
        return BuildRecord(**{**values, "star": tuple(values["star"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def record_file(settings: Settings) -> Path:
    return settings.home / "build.json"


def star_identity(star: Path) -> tuple[int, int]:
    """(bytes, mtime_ns) of star.duckdb; (0, 0) when it is absent, (-1, -1) when changes wait in its log."""
    if not star.is_file():
        return (0, 0)
    if star.with_name(star.name + ".wal").exists():
        return (-1, -1)
    facts = star.stat()
    return (facts.st_size, facts.st_mtime_ns)


def project_hash(project: Path) -> str:
    """A hash of the content of every file that decides what a build makes."""
    digest = hashlib.sha256()
    for file in manifest.project_files(project):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _record(settings: Settings, request: BuildRequest, started: str, outcome: Outcome | None) -> BuildRecord:
    records = loads.read(settings.home)
    return BuildRecord(
        state="done" if outcome else "running",
        complete=request.complete,
        passed=bool(outcome and outcome.passed),
        started_at=started,
        finished_at=_now() if outcome else "",
        seconds=outcome.seconds if outcome else 0.0,
        last_load=max((record.load_number for record in records), default=0),
        project=project_hash(settings.project),
        gates=outcome.gates if outcome else {},
        star=star_identity(settings.star),
    )


def _write(settings: Settings, record: BuildRecord) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    file = record_file(settings)
    beside = file.with_name(".build.json.tmp")
    with beside.open("w") as out:
        json.dump(vars(record), out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)


def _checkpoint(star: Path) -> None:
    """Fold the write-ahead log into the file, so that a copy of the file is the whole star."""
    if star.is_file():
        with duckdb.connect(str(star)) as connection:
            connection.execute("checkpoint")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _short(path: Path) -> str:
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def facts_for(record: BuildRecord) -> dict[str, Any]:
    """What a published version says of the build behind it."""
    return {"loads": record.last_load, "project": record.project, "gates": record.gates, "built_at": record.finished_at}
