"""`ghala diff`: finds the two sides, and compares every table that both have."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import orjson

from orchestration import candidate, publish, state
from orchestration import publish_files as files
from orchestration.breaks import Break, Columns, breaks, columns_of, public_marts
from orchestration.config import Settings
from orchestration.diff.model import Diff, Side, TableDiff
from orchestration.diff.tables import compare
from orchestration.errors import ConfigError, GhalaError
from orchestration.quoting import literal

CANDIDATE, PUBLISHED = "candidate", "published"
OWN = "ops."  # what Ghala says of its own runs differs always


@dataclass(frozen=True)
class Source:
    """A side with its file and the manifest of its project; None where none was kept."""

    side: Side
    file: Path
    manifest: Mapping[str, Any] | None


def diff(settings: Settings, after: str = CANDIDATE, before: str = PUBLISHED) -> Diff:
    """Compare two of: `candidate`, `published` (what readers see), a version. Read-only.

    Raises ConfigError for an unknown name, GhalaError when there is no candidate or nothing is published.
    """
    new, old = _source(settings, after), _source(settings, before)
    with TemporaryDirectory(dir=settings.home, prefix=".diff-") as scratch, _connect(scratch) as connection:
        for name, source in (("before", old), ("after", new)):
            connection.execute(f"attach {literal(source.file)} as {name} (read_only)")
        columns = columns_of(connection, "before"), columns_of(connection, "after")
        had, has = (_tables(found, source.manifest) for found, source in zip(columns, (old, new), strict=True))
        grains = _grains(old.manifest) | _grains(new.manifest)
        tables = [
            compare(connection, name, (had[name], has[name]), grains.get(name, ())) for name in had if name in has
        ]
    differing: list[TableDiff] = [table for table in tables if table is not None]
    names = {table.table for table in differing}
    return Diff(
        before=old.side,
        after=new.side,
        equal=tuple(name for name in had if name in has and name not in names),
        added=tuple(name for name in has if name not in had),
        removed=tuple(name for name in had if name not in has),
        tables=tuple(differing),
        breaks=tuple(_breaks(old, new, columns)),
    )


def _source(settings: Settings, name: str) -> Source:
    if name == CANDIDATE:
        made, star = candidate.read(settings.home), candidate.star(settings.home)
        if made is None or not star.is_file():
            raise GhalaError("there is no candidate", str(star), "make one: ghala candidate build")
        manifest = candidate.folder(settings.home) / "target" / "manifest.json"
        return Source(Side(CANDIDATE, made.loads, made.project), star, orjson.loads(manifest.read_bytes()))
    known = {version.version: version for version in publish.versions(settings)}
    chosen = files.current(settings.serving) if name == PUBLISHED else name
    if chosen is None:
        raise GhalaError("nothing is published yet", str(settings.serving), "run: ghala run")
    if chosen not in known:
        raise ConfigError(
            f"no version {name!r}", str(settings.serving), f"take one of: {', '.join([CANDIDATE, PUBLISHED, *known])}"
        )
    version = known[chosen]
    side = Side(chosen, version.loads, version.project)
    return Source(side, files.data_file(settings.serving, chosen), state.of_version(settings.home, chosen))


def _connect(scratch: str) -> duckdb.DuckDBPyConnection:
    """As much memory and as many threads as a build may take; what does not fit goes to `scratch`."""
    limits: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": os.environ.get("GHALA_MEMORY_LIMIT", "4GB"),
        "threads": os.environ.get("GHALA_THREADS", "2"),
        "temp_directory": scratch,
        "preserve_insertion_order": "false",
    }
    return duckdb.connect(config=limits)


def _tables(columns: Columns, manifest: Mapping[str, Any] | None) -> Columns:
    """The tables that a model stands behind: dbt leaves the table of a model that is gone where it is."""
    meant = None if manifest is None else {name for name, _ in _models(manifest)}
    return {
        name: found for name, found in columns.items() if not name.startswith(OWN) and (meant is None or name in meant)
    }


def _grains(manifest: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    """The key of each table: its grain as documented, else the primary key that dbt has found in its tests."""
    found: dict[str, tuple[str, ...]] = {}
    for name, node in _models(manifest) if manifest else ():
        grain = str(node["config"].get("meta", {}).get("grain") or "")
        words = tuple(word.strip() for word in grain.split(",")) if grain else tuple(node.get("primary_key") or ())
        found[name] = words
    return found


def _models(manifest: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """(schema.table, node) of everything that is built into the star."""
    return [
        (f"{node['schema']}.{node['alias']}", node)
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed", "snapshot") and node["database"] == "star"
    ]


def _breaks(old: Source, new: Source, columns: tuple[Columns, Columns]) -> list[Break]:
    if old.manifest is None or new.manifest is None:
        return []
    marts = [public_marts(source.manifest or {}, found) for source, found in zip((old, new), columns, strict=True)]
    return breaks(marts[0], marts[1], datetime.now(UTC).date())
