"""A candidate: what a changed project would make of the published state, built on copies of the two DuckDB files.

Copies, and not `--defer` to the production files: DuckDB lets nobody write a file that somebody has open, so an
attached production file would turn the nightly run away for as long as the candidate builds.
"""

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration import publish, state
from orchestration import publish_files as files
from orchestration.build import project_hash
from orchestration.config import Settings
from orchestration.dbt.arguments import command
from orchestration.dbt.failures import BuildError
from orchestration.dbt.outcome import Outcome
from orchestration.dbt.runner import invoke
from orchestration.durable import write_durably
from orchestration.errors import GhalaError
from orchestration.lock import writer
from orchestration.progress import Tell

BUILT = ("model", "seed", "snapshot")
BREAKING = "breaking change"  # dbt's word where a contract of a versioned model lost something
TUTORIAL = "docs/tutorials/breaking-change.md"


@dataclass(frozen=True)
class Candidate:
    """A candidate as `candidate/candidate.json` keeps it: `base` is the version that it was made from."""

    base: str
    loads: int
    project: str
    made_at: str
    passed: bool
    models: tuple[str, ...]  # in the order in which they were built


def folder(home: Path) -> Path:
    """Where the candidate is: two DuckDB files of the same names, its manifest and its logs."""
    return home / "candidate"


def star(home: Path) -> Path:
    return folder(home) / "star.duckdb"


def build(settings: Settings, tell: Tell, *, everything: bool = False) -> tuple[Candidate, Outcome] | None:
    """Build the models that differ from the published state, all that depends on them, and their tests, from scratch.
    `everything` builds all models: for a change that is not in the project, such as another release of DuckDB.

    None when nothing differs. Raises BuildError when a model or a test failed (the candidate stays, to look into),
    GhalaError when the last build is not what is published, when the disk is full, or when dbt could not run.
    The warehouse, the star and what readers see are only read, and only while they are copied.
    """
    here = folder(settings.home)
    with writer(here):
        base, loads = _copy(settings)
        outcome = _dbt(settings, tell, everything)
        if not outcome.nodes:
            drop(settings)
            return None
        made = Candidate(
            base=base,
            loads=loads,
            project=project_hash(settings.project),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            passed=outcome.passed,
            models=tuple(node.name for node in outcome.nodes if node.kind in BUILT and node.status == "success"),
        )
        write_durably(here / "candidate.json", json.dumps(asdict(made), indent=1).encode())
        if not outcome.passed:
            raise BuildError(outcome, str(here), again="ghala candidate build")
        return made, outcome


def read(home: Path) -> Candidate | None:
    """The candidate that was built last, None when there is none or its build was killed."""
    try:
        values = json.loads((folder(home) / "candidate.json").read_text())
        return Candidate(**{**values, "models": tuple(values["models"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def drop(settings: Settings) -> int:
    """Remove the candidate; returns the bytes that this freed."""
    here = folder(settings.home)
    if not here.is_dir():
        return 0
    with writer(here):
        freed = sum(file.stat().st_size for file in here.rglob("*") if file.is_file())
        for entry in here.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif not entry.name.startswith(".lock"):
                entry.unlink()
    return freed


def _copy(settings: Settings) -> tuple[str, int]:
    """Copy both files of the published state; returns its version and its last load."""
    with writer(settings.home):
        version = _base(settings)
        here = folder(settings.home)
        (here / "candidate.json").unlink(missing_ok=True)
        if not state.unpack(settings, version.version, here / "published"):
            raise GhalaError(
                f"the manifest of version {version.version} was not kept, so nothing can be compared with it",
                str(state.folder(settings.home)),
                "with the project as it is published: ghala build, ghala publish; it keeps the manifest from then on",
            )
        sources = (settings.warehouse, settings.star)
        try:
            for source in sources:
                target = here / source.name
                target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
                files.copy(source, target)
        except OSError as error:
            for source in sources:
                (here / source.name).unlink(missing_ok=True)
            room = sum(source.stat().st_size for source in sources)
            raise GhalaError(
                f"the two files could not be copied: {error.strerror or error}",
                str(here),
                f"free {room / 1e6:,.0f} MB there (see: ghala vacuum --dry-run), then: ghala candidate build",
            ) from error
        return version.version, version.loads


def _base(settings: Settings) -> publish.Version:
    """The newest version, whose build is what the two files hold."""
    record = publish.publishable(settings)
    known = publish.versions(settings)
    if not known or (known[0].loads, known[0].project, known[0].stale) != (
        record.last_load,
        record.project,
        record.stale,
    ):
        raise GhalaError(
            "what was built last is not published, so a candidate would differ from readers by more than your change",
            str(settings.star),
            "publish it first: ghala publish",
        )
    if any(file.with_name(f"{file.name}.wal").exists() for file in (settings.warehouse, settings.star)):
        raise GhalaError(
            "a DuckDB file has changes that wait in its log (is a program holding it open?)",
            str(settings.home),
            "close that program, then: ghala build, ghala publish",
        )
    return known[0]


def _dbt(settings: Settings, tell: Tell, everything: bool) -> Outcome:
    """All that differs is made anew: an incremental model would keep the rows that the former code has written."""
    here = folder(settings.home)
    words = ["build", "--target", "candidate", "--full-refresh"]
    if not everything:
        words += ["--select", "state:modified+", "--state", str(here / "published")]
    arguments = command(settings, *words, folder=here)
    (here / "logs").mkdir(parents=True, exist_ok=True)
    try:
        outcome, _ = invoke(settings, arguments, tell, "candidate", anew=True)
    except GhalaError as error:
        if BREAKING in error.what.lower():
            raise GhalaError(
                error.what,
                error.where,
                f"keep what readers rely on, or make a new version beside the old one: {TUTORIAL}",
            ) from error
        raise
    return outcome
