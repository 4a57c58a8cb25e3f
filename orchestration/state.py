"""dbt's manifests as they were when a version was built: what `state:modified` and the check of contracts compare with,
and what the metrics of the version are."""

import gzip
import os
import re
import shutil
import zlib
from pathlib import Path
from typing import Any

import orjson

from orchestration.config import Settings
from orchestration.dbt.arguments import home_for_dbt
from orchestration.durable import sync, write_durably
from orchestration.errors import GhalaError

LEVEL = (
    1  # the whole project: 12 MB of text, 0.06 CPU s, 0.7 MB of file; level 6 saves a third for three times the work
)

BRONZE = re.compile(r"'[^']*/bronze/")


def folder(home: Path) -> Path:
    """Where the manifests are: of the last complete build that passed, and of each published version."""
    return home / "state"


def keep_built(settings: Settings) -> None:
    """Keep the manifests that dbt wrote at the end of a build, before somebody parses an edited project."""
    folder(settings.home).mkdir(parents=True, exist_ok=True)
    for source, kept in (("semantic_manifest", "built-semantic"), ("manifest", "built")):
        target = folder(settings.home) / f"{kept}.json"
        beside = target.with_name(f".{kept}.json.tmp")
        shutil.copyfile(settings.home / "target" / f"{source}.json", beside)
        sync(beside)
        beside.replace(target)


def keep_published(settings: Settings, version: str) -> None:
    """Keep the manifests of the last build for the version that is made of it."""
    files = {"built": file_of(settings.home, version), "built-semantic": semantic_file_of(settings.home, version)}
    for name, target in files.items():
        built = folder(settings.home) / f"{name}.json"
        if built.is_file():  # a build of before manifests were kept has none
            write_durably(target, gzip.compress(built.read_bytes(), LEVEL, mtime=0))


def mend(settings: Settings, version: str) -> None:
    """Keep the manifests of a version anew, from the last build, where one is missing or damaged."""
    try:
        whole = all(read(settings.home, version) is not None for read in (of_version, semantic_of))
    except GhalaError:
        whole = False
    if not whole:
        keep_published(settings, version)


def sweep(home: Path) -> None:
    """Remove what a killed publication left half written."""
    for stale in folder(home).glob(".*.tmp"):
        stale.unlink()


def file_of(home: Path, version: str) -> Path:
    return folder(home) / f"manifest-{version}.json.gz"


def semantic_file_of(home: Path, version: str) -> Path:
    """What MetricFlow reads: the semantic models and metrics."""
    return folder(home) / f"semantic-{version}.json.gz"


def of_version(home: Path, version: str) -> dict[str, Any] | None:
    """The manifest of a published version, None when none was kept. Raises GhalaError when it cannot be read."""
    return _read(file_of(home, version))


def semantic_of(home: Path, version: str) -> dict[str, Any] | None:
    """The semantic manifest of a published version, None when none was kept. Raises GhalaError as above."""
    return _read(semantic_file_of(home, version))


def of_build(home: Path) -> dict[str, Any] | None:
    """The manifest of the last complete build that passed. Raises GhalaError when it cannot be read."""
    return _read(folder(home) / "built.json")


def unpack(settings: Settings, version: str, target: Path) -> bool:
    """Write a version's manifest as `target`/manifest.json, for dbt's --state; False when none was kept.

    The paths of the sources are written as dbt sees them now: a home that was moved, or is named by a relative path
    today, would count as a change of every source, and with it of all models.
    """
    manifest = of_version(settings.home, version)
    if manifest is None:
        return False
    given = os.environ.get("GHALA_HOME")
    now = home_for_dbt(given, settings.home, settings.project) or given or "data"
    for source in manifest["sources"].values():
        for config in (source["config"], source["unrendered_config"]):
            meta = config.get("meta", {})
            if "external_location" in meta:
                meta["external_location"] = BRONZE.sub(lambda _: f"'{now}/bronze/", meta["external_location"])
    target.mkdir(parents=True, exist_ok=True)
    (target / "manifest.json").write_bytes(orjson.dumps(manifest))
    return True


def orphans(home: Path, versions: list[str]) -> list[Path]:
    """Manifests of versions that are no longer there."""
    known = {file(home, version) for version in versions for file in (file_of, semantic_file_of)}
    return [file for file in sorted(folder(home).glob("*-*.json.gz")) if file not in known]


def _read(file: Path) -> dict[str, Any] | None:
    if not file.is_file():
        return None
    try:
        content = file.read_bytes()
        manifest: dict[str, Any] = orjson.loads(gzip.decompress(content) if file.suffix == ".gz" else content)
    except (OSError, EOFError, ValueError, zlib.error) as error:  # damaged as a file, as gzip or as JSON
        raise GhalaError(
            f"{file.name} cannot be read: {error}",
            str(file),
            "make it anew: ghala build, ghala publish (--allow-breaking where it has nothing to compare with)",
        ) from error
    return manifest
