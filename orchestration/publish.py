"""Publishing: a star whose gates passed becomes one version that readers see from the flip of a link on.

A publication of what is already published makes no new version: the same loads through the same project give the
same star. So a second `ghala run` on a quiet day flips the link to the version that is there, and copies nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orchestration import publish_files as files
from orchestration.build import BuildRecord, facts_for, last, star_identity
from orchestration.config import Settings
from orchestration.durable import sync, write_durably
from orchestration.errors import ConfigError, GhalaError
from orchestration.lock import writer
from orchestration.publish_facts import facts_of

STAMP = "%Y%m%dT%H%M%S%fZ"  # of a version: its time, so that names sort as they were published
KEEP = 5  # a working week of daily versions: a fault seen on Monday can be rolled back to the Friday before


@dataclass(frozen=True)
class Version:
    """One published version: `tables` maps schema.table to rows, `dates` a fact to its newest business date."""

    version: str
    created_at: str
    built_at: str
    loads: int
    project: str
    bytes: int
    tables: dict[str, int]
    dates: dict[str, str]
    gates: dict[str, dict[str, int]]
    is_current: bool


@dataclass(frozen=True)
class Published:
    """What a publication did: `how` is clone, copy, or kept when nothing was new."""

    version: str
    how: str
    file: Path


def publish(settings: Settings) -> Published:
    """Publish the last build. Raises GhalaError when it must not be, and then readers keep what they have."""
    with writer(settings.home):
        record = _publishable(settings)
        serving = settings.serving
        serving.mkdir(parents=True, exist_ok=True)
        files.sweep(serving)
        same = [v for v in versions(settings) if (v.loads, v.project) == (record.last_load, record.project)]
        if same and same[0].version == files.versions(serving)[0]:
            if not same[0].is_current:
                files.flip(serving, same[0].version)
            return Published(same[0].version, "kept", serving / files.LINK)
        version, how = _add(settings, record)
        files.flip(serving, version)
        for old in files.to_forget(files.versions(serving), version, KEEP):
            files.forget(serving, old)
        return Published(version, how, serving / files.LINK)


def versions(settings: Settings) -> list[Version]:
    """Published versions, newest first."""
    now = files.current(settings.serving)
    return [_version(settings.serving, version, version == now) for version in files.versions(settings.serving)]


def rollback(settings: Settings, version: str | None = None) -> Version:
    """Show readers another version: the one named, else the one before the current. Lasts until the next publication.

    Raises ConfigError for an unknown version, GhalaError when there is none to go back to.
    """
    with writer(settings.home):
        published = files.versions(settings.serving)
        now = files.current(settings.serving)
        if version is None:
            older = [known for known in published if now is None or known < now]
            if not older:
                raise GhalaError(
                    "there is no version to go back to",
                    f"{settings.serving} holds {len(published)} version{'s' if len(published) != 1 else ''}",
                    "see: ghala versions",
                )
            version = older[0]
        if version not in published:
            raise ConfigError(
                f"no version {version!r}",
                str(settings.serving),
                "take one of: " + (", ".join(published) or "none, nothing was published yet"),
            )
        files.flip(settings.serving, version)
        return _version(settings.serving, version, True)


def _add(settings: Settings, record: BuildRecord) -> tuple[str, str]:
    """Copy the star beside the others, with its facts. The data are renamed last: until then there is no version."""
    serving = settings.serving
    now = datetime.now(UTC)
    version = _name(now, files.versions(serving))
    temporary = serving / f".ghala-{version}.tmp"
    try:
        how = files.copy(settings.star, temporary)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise GhalaError(
            f"the star could not be copied: {error.strerror or error}; readers keep the version they have",
            str(serving),
            f"free {settings.star.stat().st_size / 1e6:,.0f} MB there, then: ghala publish",
        ) from error
    found = {
        "version": version,
        "created_at": now.isoformat(timespec="seconds"),
        "bytes": temporary.stat().st_size,
        **facts_for(record),
        **facts_of(temporary),
    }
    write_durably(files.facts_file(serving, version), json.dumps(found, indent=1).encode() + b"\n")
    temporary.replace(files.data_file(serving, version))
    sync(serving)
    return version, how


def _name(now: datetime, published: Sequence[str]) -> str:
    """A name that sorts after all others, also when the clock was set back since the last one."""
    if not published or now.strftime(STAMP) > published[0]:
        return now.strftime(STAMP)
    return (datetime.strptime(published[0], STAMP).replace(tzinfo=UTC) + timedelta(microseconds=1)).strftime(STAMP)


def _publishable(settings: Settings) -> BuildRecord:
    record = last(settings)
    where = str(settings.star)
    if record is None:
        raise GhalaError("nothing was built yet, so there is nothing to publish", where, "run: ghala build")
    if record.state == "running":
        raise GhalaError("the last build did not end (was it killed?)", where, "build again: ghala build")
    if not record.passed:
        raise GhalaError(
            f"the last build ({record.finished_at}) did not pass its gates, so it is not published",
            str(settings.logs / "dbt.log"),
            "correct what failed, then: ghala build",
        )
    if not record.complete:
        raise GhalaError(
            "the last build was of a selection only; a version is always of everything", where, "run: ghala build"
        )
    if star_identity(settings.star) != record.star:
        raise GhalaError(
            "star.duckdb was changed after the last complete build (by dbt from a terminal?)",
            where,
            "build again, so that every gate has seen it: ghala build",
        )
    return record


def _version(serving: Path, version: str, is_current: bool) -> Version:
    facts: dict[str, Any] = json.loads(files.facts_file(serving, version).read_text())
    names = Version.__dataclass_fields__.keys() - {"is_current"}
    return Version(**{name: facts[name] for name in names}, is_current=is_current)
