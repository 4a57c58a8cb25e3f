"""One build: dbt over everything that is new, and a record of it that decides whether it may be published."""

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import log
from orchestration.config import Settings
from orchestration.dbt import arguments, manifest
from orchestration.dbt.arguments import BuildRequest
from orchestration.dbt.failures import BuildError
from orchestration.dbt.outcome import Outcome
from orchestration.dbt.runner import invoke
from orchestration.durable import write_durably
from orchestration.errors import ConfigError, GhalaError
from orchestration.ingest import manifest as loads
from orchestration.lock import writer
from orchestration.ops import staleness
from orchestration.ops.record import Occasion, keep, keep_without_end, seconds_of
from orchestration.progress import Tell, silent
from orchestration.state import keep_built


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
    stale: str = ""  # names what was stale; readers of a version learn it from there


def build(
    settings: Settings,
    request: BuildRequest,
    tell: Tell = silent,
    kind: str = "build",
    phases: Mapping[str, float] | None = None,
) -> Outcome:
    """Build with tests, and record what came of it; `phases` are the seconds of what the run did before.

    Raises BuildError when a model or a test of severity error failed, GhalaError when dbt could not run.
    """
    with writer(settings.home):
        _note_killed(settings)
        occasion = Occasion(
            kind=kind,
            started_at=datetime.now(UTC),
            request=request,
            last_load=loads.newest_number(settings.home),
            project=project_hash(settings.project),
            landing_seconds=seconds_of(phases or {}, "land "),
        )
        _write(settings, _record(settings, occasion, None))
        log.event(settings.home, "build.started", loads=occasion.last_load, build_id=occasion.run_id)
        try:
            outcome = _dbt(settings, request, tell)
        except GhalaError as error:
            keep_without_end(settings, occasion, "error", error.what)
            log.event(settings.home, "build.failed", error.what, logging.ERROR, build_id=occasion.run_id)
            raise
        _log(settings, occasion, outcome)
        try:
            keep(settings, occasion, outcome)
            _checkpoint(settings.star)
        except duckdb.IOException as error:
            raise GhalaError(
                f"what came of the build cannot be written to star.duckdb: {str(error).splitlines()[0]}",
                str(settings.star),
                "if there is room on the disk, the file is damaged: remove it, then ghala run makes it anew",
            ) from error
        if outcome.passed and request.complete:
            keep_built(settings)
        _write(settings, _record(settings, occasion, outcome))
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


def keep_star(settings: Settings, record: BuildRecord) -> None:
    """Say that star.duckdb as it is now is what `record` has built: its content was only moved."""
    _write(settings, replace(record, star=star_identity(settings.star)))


def project_hash(project: Path) -> str:
    """A hash of the content of every file that decides what a build makes."""
    digest = hashlib.sha256()
    for file in manifest.project_files(project):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _dbt(settings: Settings, request: BuildRequest, tell: Tell) -> Outcome:
    outcome, _ = invoke(settings, arguments.build(settings, request), tell, "build")
    if not outcome.nodes and not request.complete:
        raise ConfigError(
            f"the selection matches nothing: {' '.join((*request.select, *request.exclude))}",
            "ghala build --select/--exclude",
            "name a model, tag:…, path:… or model+; see them: dbt ls",
        )
    return outcome


def _note_killed(settings: Settings) -> None:
    """A build that left its record running was killed, unless it is in the history with another end."""
    record = last(settings)
    if record is not None and record.state == "running":
        started = datetime.fromisoformat(record.started_at)
        request = BuildRequest() if record.complete else BuildRequest(select=("(unknown)",))
        occasion = Occasion("build", started, request, record.last_load, record.project)
        keep_without_end(settings, occasion, "killed", "the process ended before dbt did")


def _record(settings: Settings, occasion: Occasion, outcome: Outcome | None) -> BuildRecord:
    return BuildRecord(
        state="done" if outcome else "running",
        complete=occasion.request.complete,
        passed=bool(outcome and outcome.passed),
        started_at=occasion.started_at.isoformat(),
        finished_at=_now() if outcome else "",
        seconds=outcome.seconds if outcome else 0.0,
        last_load=occasion.last_load,
        project=occasion.project,
        gates=outcome.gates if outcome else {},
        star=star_identity(settings.star),
        stale=staleness.mark(staleness.now(settings.home)),
    )


def _write(settings: Settings, record: BuildRecord) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    write_durably(record_file(settings), json.dumps(vars(record), indent=1).encode())


def _log(settings: Settings, occasion: Occasion, outcome: Outcome) -> None:
    """What was built, and tests that found something: passing ones are many and in `ops.dq_result`."""
    for node in outcome.nodes:
        if not node.is_test or node.bad or node.status == "warn":
            level = logging.ERROR if node.bad else logging.WARNING if node.is_test else logging.INFO
            name = f"{'test' if node.is_test else 'model'}.{node.status.replace(' ', '_')}"
            log.event(
                settings.home,
                name,
                node.message if node.bad or node.is_test else "",
                level,
                asset=node.name,
                seconds=node.seconds,
                rows=node.failures if node.is_test else None,
                tier=node.tier,
                build_id=occasion.run_id,
            )
    name, level = ("build.passed", logging.INFO) if outcome.passed else ("build.stopped", logging.ERROR)
    log.event(settings.home, name, level=level, seconds=outcome.seconds, build_id=occasion.run_id)


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
    return {
        "loads": record.last_load,
        "project": record.project,
        "gates": record.gates,
        "built_at": record.finished_at,
        "stale": record.stale,
    }
