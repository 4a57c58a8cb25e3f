"""A warehouse made anew from bronze: what was erased or hashed anew there must not live on in older files."""

from collections.abc import Sequence
from datetime import UTC, datetime

from orchestration import candidate, state
from orchestration import publish_files as versions
from orchestration.build import build
from orchestration.config import Settings
from orchestration.dbt.arguments import BuildRequest
from orchestration.ingest import commit, erase, rotate, store
from orchestration.ingest.erase import Person
from orchestration.ingest.model import Contract
from orchestration.ingest.pseudonym import Chain
from orchestration.lock import writer
from orchestration.progress import Tell
from orchestration.publish import Published, publish
from orchestration.scrub import scrub


def erase_person(
    settings: Settings, contracts: Sequence[Contract], kind: str, identifier: str, tell: Tell
) -> Published:
    """Erase a person everywhere below home, for good. Killed at any point, it is done by doing it again."""
    run_id = _run_id("erase")
    with writer(settings.home), store.space(settings.home, "bronze"):
        settings.bronze.mkdir(parents=True, exist_ok=True)
        commit.recover(settings.home)
        person = erase.find(settings.home, contracts, kind, identifier)
        erase.remember(settings.home, kind, person, run_id)
        scrub(settings.home, person.names)  # first: the rows about the person say what to look for
        erase.rewrite(settings.home, contracts, person, run_id)
        return _renew(settings, tell)


def look_for(settings: Settings, contracts: Sequence[Contract], kind: str, identifier: str) -> Person:
    """What an erasure would take out; changes nothing."""
    return erase.find(settings.home, contracts, kind, identifier)


def rotate_keys(settings: Settings, contracts: Sequence[Contract], keys: Chain, tell: Tell) -> tuple[int, Published]:
    """Put the new keys of a chain over all hashes; returns how many loads that made, and the version that has them."""
    with writer(settings.home), store.space(settings.home, "bronze"):
        commit.recover(settings.home)
        made = rotate.rotate(settings.home, contracts, keys, _run_id("rotate"))
        return made, _renew(settings, tell)


def _renew(settings: Settings, tell: Tell) -> Published:
    """Build both files from nothing and publish them; then no older version and no candidate is left.

    A deletion inside a DuckDB file leaves the bytes where they were until something overwrites them.
    """
    for file in (settings.warehouse, settings.star):
        for part in (file, file.with_name(f"{file.name}.wal")):
            part.unlink(missing_ok=True)
    build(settings, BuildRequest(), tell)
    published = publish(settings)
    for version in versions.versions(settings.serving):
        if version != published.version:
            versions.forget(settings.serving, version)
    for orphan in state.orphans(settings.home, [published.version]):
        orphan.unlink(missing_ok=True)
    candidate.drop(settings)
    return published


def _run_id(what: str) -> str:
    return f"{what}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
