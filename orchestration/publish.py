"""Publishing: a star whose gates passed becomes one version that readers see from the flip of a link on.

A publication of what is already published makes no new version: the same loads through the same project give the
same star. So a second `ghala run` on a quiet day leaves the version that is there, and copies nothing.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orchestration import hold, log, state
from orchestration import publish_files as files
from orchestration.breaks import refuse_breaks
from orchestration.build import BuildRecord, facts_for, last, star_identity
from orchestration.config import Settings
from orchestration.durable import sync, write_durably
from orchestration.errors import ConfigError, GhalaError
from orchestration.lock import writer
from orchestration.publish_facts import facts_of

STAMP = "%Y%m%dT%H%M%S%fZ"  # of a version: its time, so that names sort as they were published


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
    is_pinned: bool = False  # kept whatever its age
    stale: str = ""  # names what was stale when it was built: ops.mart_freshness of the version says it in full


@dataclass(frozen=True)
class Published:
    """What a publication did: `how` is clone, copy, kept when nothing was new, held after a rollback."""

    version: str
    how: str
    file: Path


def publish(settings: Settings, *, unattended: bool = False, allow_breaking: bool = False) -> Published:
    """Publish the last build. Raises GhalaError when it must not be, and then readers keep what they have.

    `unattended` leaves readers where a rollback has put them: only a person takes them forward again.
    `allow_breaking` publishes although readers of a public mart lose something without a version.
    """
    with writer(settings.home):
        record = publishable(settings)
        serving = settings.serving
        serving.mkdir(parents=True, exist_ok=True)
        files.sweep(serving)
        state.sweep(settings.home)
        if unattended and (held := hold.hold_of(serving)):
            return Published(held.version, "held", serving / files.LINK)
        wanted = (record.last_load, record.project, record.stale)
        same = [v for v in versions(settings) if (v.loads, v.project, v.stale) == wanted]
        if same and same[0].version == files.versions(serving)[0]:
            version, how = same[0].version, "kept"
            state.mend(settings, version)
        else:
            if not allow_breaking:
                refuse_breaks(settings)
            version, how = _add(settings, record)
        if files.current(serving) != version:
            files.flip(serving, version)
        hold.release(serving)
        forget_old(settings)
        name = "version.kept" if how == "kept" else "version.published"
        log.event(settings.home, name, version=version, how=how, loads=record.last_load)
        return Published(version, how, serving / files.LINK)


def forget_old(settings: Settings) -> None:
    """Delete the versions that are no longer to be kept, and their manifests."""
    for old in to_forget(settings):
        files.forget(settings.serving, old)
    for orphan in state.orphans(settings.home, files.versions(settings.serving)):
        orphan.unlink(missing_ok=True)


def to_forget(settings: Settings) -> list[str]:
    """Versions beyond the newest `keep_versions`, without the pinned ones and the one that readers see."""
    known = versions(settings)
    free = [version.version for version in known if not version.is_pinned]
    return files.to_forget(free, files.current(settings.serving), settings.keep_versions)


def versions(settings: Settings) -> list[Version]:
    """Published versions, newest first; without those that a publication deletes while they are read."""
    now, found = files.current(settings.serving), []
    for version in files.versions(settings.serving):
        with suppress(FileNotFoundError):
            found.append(_version(settings.serving, version, version == now))
    return found


def rollback(settings: Settings, version: str | None = None) -> Version:
    """Show readers another version: the one named, else the one before the current. The newest ends a rollback.

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
        _known(settings, version)
        if version == published[0]:
            files.flip(settings.serving, version)
            hold.release(settings.serving)
        elif version != now:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            hold.keep(settings.serving, hold.Hold(version, now or "", at))
            files.flip(settings.serving, version)
        log.event(settings.home, "version.rolled_back", version=version)
        return _version(settings.serving, version, True)


def pin(settings: Settings, version: str, is_pinned: bool) -> None:
    """Keep a version whatever its age, or no longer. Raises ConfigError for an unknown version."""
    with writer(settings.home):
        _known(settings, version)
        file = files.facts_file(settings.serving, version)
        facts = {**json.loads(file.read_text()), "is_pinned": is_pinned}
        write_durably(file, json.dumps(facts, indent=1).encode() + b"\n")


def _known(settings: Settings, version: str) -> None:
    published = files.versions(settings.serving)
    if version not in published:
        raise ConfigError(
            f"no version {version!r}",
            str(settings.serving),
            "take one of: " + (", ".join(published) or "none, nothing was published yet"),
        )


def _add(settings: Settings, record: BuildRecord) -> tuple[str, str]:
    """Copy the star beside the others, with its facts. The data are renamed last: until then there is no version."""
    serving = settings.serving
    now = datetime.now(UTC)
    version = _name(now, files.versions(serving))
    temporary = serving / f".ghala-{version}.tmp"
    try:
        how = files.copy(settings.star, temporary)
        publishable(settings)  # still: a dbt that is typed in a terminal knows no lock, and may write meanwhile
    except GhalaError:
        temporary.unlink(missing_ok=True)
        raise
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
    state.keep_published(settings, version)
    write_durably(files.facts_file(serving, version), json.dumps(found, indent=1).encode() + b"\n")
    temporary.replace(files.data_file(serving, version))
    sync(serving)
    return version, how


def _name(now: datetime, published: Sequence[str]) -> str:
    """A name that sorts after all others, also when the clock was set back since the last one."""
    if not published or now.strftime(STAMP) > published[0]:
        return now.strftime(STAMP)
    return (datetime.strptime(published[0], STAMP).replace(tzinfo=UTC) + timedelta(microseconds=1)).strftime(STAMP)


def publishable(settings: Settings) -> BuildRecord:
    """The record of the last build. Raises GhalaError unless it was complete, passed, and is what star.duckdb holds."""
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
    return Version(**{name: facts[name] for name in names if name in facts}, is_current=is_current)
