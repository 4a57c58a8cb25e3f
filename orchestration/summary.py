"""What a run or the present state amounts to, as plain data: for the terminal, for programs and for tests."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration import build as building
from orchestration import publish as publishing
from orchestration import serving
from orchestration.alerts import state
from orchestration.alerts.model import Incident
from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.errors import GhalaError
from orchestration.hold import Hold, hold_of
from orchestration.ingest.manifest import LoadRecord, current, read
from orchestration.ingest.model import Contract
from orchestration.ops import files, staleness
from orchestration.ops.figures import GOALS
from orchestration.ops.freshness import age_of, freshness
from orchestration.ops.staleness import Stale
from orchestration.run import RunReport

FIRST_QUERIES = Path("docs") / "cookbook" / "first_queries.sql"
QUESTION = re.compile(r"^-- question:\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """One source table: `new` rows of this run, `rows` in bronze, hours since the last landed day was over."""

    table: str
    days: int
    new: int
    rows: int
    quarantined: int
    through: str
    age_hours: float
    promised_hours: int | None
    freshness: str  # fresh, late, stale, never, or empty where the contract promises nothing
    gaps: int  # days without a load between the first and the last landed one


@dataclass(frozen=True)
class SkippedFile:
    """A file that was left out of a day that landed without it."""

    table: str
    day: str
    name: str
    problem: str


@dataclass(frozen=True)
class Answer:
    """An example question with its SQL and its answer."""

    question: str
    sql: str
    columns: list[str]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Status:
    """The present state of a home. `versions` is newest first; `gates` and `quality` those of the last build."""

    home: str
    version: publishing.Version | None
    versions: int
    last_build: str
    gates: dict[str, dict[str, int]]
    quality: dict[str, float | None]
    sources: list[Source]
    loads: int
    skipped_files: list[SkippedFile]
    incidents: list[Incident]
    held: Hold | None  # a rollback that keeps runs from publishing
    stale: list[Stale]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Summary:
    """What a run prints at its end. `changes` maps a mart to the rows it gained against the version before."""

    seconds: dict[str, float]
    sources: list[Source]
    version: publishing.Version
    changes: dict[str, int | None]
    how: str
    file: str
    gates: dict[str, dict[str, int]]
    quality: dict[str, float | None]
    warned: list[str]
    answers: list[Answer]
    skipped_files: list[SkippedFile]
    stale: list[Stale]

    def as_json(self) -> str:
        return json.dumps(asdict(self), default=str)


def summarise(settings: Settings, report: RunReport) -> Summary:
    """The summary of a run."""
    known = publishing.versions(settings)
    version = next(one for one in known if one.version == report.published.version)
    before = next((one for one in known if one.version < version.version), None)
    return Summary(
        seconds=report.seconds,
        sources=sources(settings, report.loads),
        version=version,
        changes={
            table: rows - before.tables.get(table, 0) if before else None for table, rows in version.tables.items()
        },
        how=report.published.how,
        file=str(report.published.file),
        gates=version.gates,
        quality=quality(settings.home),
        warned=warned(settings.home),
        answers=answers(settings),
        skipped_files=skipped_files(report.loads),
        stale=staleness.now(settings.home),
    )


def status_of(settings: Settings) -> Status:
    """The present state."""
    record = building.last(settings)
    known = publishing.versions(settings)
    loads = read(settings.home)
    return Status(
        home=str(settings.home),
        version=next((version for version in known if version.is_current), None),
        versions=len(known),
        last_build=_verdict(record),
        gates=record.gates if record else {},
        quality=quality(settings.home),
        sources=sources(settings, ()),
        loads=max((load.load_number for load in loads), default=0),
        skipped_files=skipped_files(current(loads).values()),
        incidents=open_incidents(settings.home),
        held=hold_of(settings.serving),
        stale=staleness.now(settings.home),
    )


def open_incidents(home: Path) -> list[Incident]:
    """What was wrong at the end of the last run, what stops a run first."""
    return sorted(state.load(home).open.values(), key=lambda one: (one.tier, one.first_seen_at, one.fingerprint))


def quality(home: Path) -> dict[str, float | None]:
    """The three figures of the last run, null where it brought nothing; empty before the first."""
    document = files.newest(home)
    return {name: document["run"].get(name) for name in GOALS} if document else {}


def warned(home: Path) -> list[str]:
    """The tests that warned in the last build, with their failures."""
    document = files.newest(home) or {"dq_result": []}
    return [f"{test['test_name']} ({test['failures']})" for test in document["dq_result"] if test["status"] == "warn"]


def skipped_files(loads: Iterable[LoadRecord]) -> list[SkippedFile]:
    """The files that these loads had to leave out, newest day first."""
    found = [
        SkippedFile(f"{load.source}.{load.table}", load.logical_date.isoformat(), file.name, str(file.problem))
        for load in loads
        for file in load.bad_files
    ]
    return sorted(found, key=lambda file: (file.day, file.table, file.name), reverse=True)


def sources(settings: Settings, new: Iterable[LoadRecord]) -> list[Source]:
    """All source tables with what is in bronze, in the order of their contracts."""
    landed = list(current(read(settings.home)).values())
    fresh = list(new)
    now = datetime.now(UTC)
    return [_source(contract, landed, fresh, now) for contract in contracts_of(settings.contracts)]


def first_queries(text: str) -> list[tuple[str, str]]:
    """(question, SQL) pairs of a query file: each begins with a line `-- question: …`."""
    parts = QUESTION.split(text)[1:]
    return [(question.strip(), sql.strip().rstrip(";")) for question, sql in zip(parts[::2], parts[1::2], strict=True)]


def answers(settings: Settings) -> list[Answer]:
    """The project's example questions with their answers; one that fails is left out rather than failing a run."""
    file = settings.project / FIRST_QUERIES
    found: list[Answer] = []
    for question, sql in first_queries(file.read_text()) if file.is_file() else []:
        try:
            columns, rows = serving.ask(settings.serving, sql)
        except GhalaError:
            continue
        found.append(Answer(question, sql, columns, rows))
    return found


def _source(contract: Contract, landed: Sequence[LoadRecord], new: Sequence[LoadRecord], now: datetime) -> Source:
    def mine(records: Sequence[LoadRecord]) -> list[LoadRecord]:
        return [record for record in records if (record.source, record.table) == (contract.source, contract.table)]

    all_days, new_days = mine(landed), mine(new)
    last = max((record.logical_date for record in all_days), default=None)
    age = age_of(last, now) if last else float("inf")
    warn, error = contract.freshness_warn_hours, contract.freshness_error_hours
    return Source(
        table=contract.key,
        days=len(all_days),
        new=sum(record.rows for record in new_days),
        rows=sum(record.rows for record in all_days),
        quarantined=sum(record.quarantined for record in all_days),
        through=last.isoformat() if last else "",
        age_hours=round(age, 1),
        promised_hours=warn if warn is not None else error,
        freshness=freshness(age, warn, error) if last else "never",
        gaps=(last - min(record.logical_date for record in all_days)).days + 1 - len(all_days) if last else 0,
    )


def _verdict(record: building.BuildRecord | None) -> str:
    if record is None:
        return "none yet"
    if record.state == "running":
        return f"started {record.started_at[:19]}, not ended"
    kind = "complete" if record.complete else "of a selection"
    return f"{'passed' if record.passed else 'failed'} {record.finished_at} ({kind}, {record.seconds:.1f} s)"
