"""What readers of a public mart rely on, and what a change takes from them without a version (docs/tutorials)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import publish_files as files
from orchestration import state
from orchestration.config import Settings
from orchestration.errors import GhalaError

Columns = dict[str, dict[str, str]]  # schema.table -> column -> type, in the order of the table

COLUMNS = """
    select c.schema_name || '.' || c.table_name, c.column_name, c.data_type
    from duckdb_columns() as c
    inner join duckdb_tables() as t using (database_oid, schema_oid, table_oid)
    where not c.internal and c.database_name = coalesce(?, current_database())
    order by c.schema_name, c.table_name, c.column_index
"""


@dataclass(frozen=True)
class Mart:
    """A public mart of one state of the project: `relation` is schema.table, `ends` its announced last day."""

    name: str
    version: str | None
    relation: str
    file: str
    ends: date | None
    columns: dict[str, str]


@dataclass(frozen=True)
class Break:
    """One thing that readers lose: `column` is None where the whole mart is gone."""

    mart: str
    column: str | None
    what: str
    file: str


def refuse_breaks(settings: Settings) -> None:
    """Raise GhalaError where readers of a public mart would lose something without a version."""
    found = _of_last_build(settings)
    if found:
        lines = [f"  {lost.mart}: {lost.what}" for lost in found]
        raise GhalaError(
            "readers of public marts would lose something, so it is not published\n" + "\n".join(lines),
            ", ".join(sorted({lost.file for lost in found})),
            "keep it, or make a new version beside the old one: docs/tutorials/breaking-change.md;"
            " if nobody reads it: ghala publish --allow-breaking",
        )


def _of_last_build(settings: Settings) -> list[Break]:
    """What readers of the version that they see now would lose with the last build; none without its manifest."""
    now = files.current(settings.serving)
    before = state.of_version(settings.home, now) if now else None
    after = state.of_build(settings.home)
    if now is None or before is None or after is None:
        return []
    old = public_marts(before, columns_in(files.data_file(settings.serving, now)))
    return breaks(old, public_marts(after, columns_in(settings.star)), datetime.now(UTC).date())


def columns_of(connection: duckdb.DuckDBPyConnection, database: str | None = None) -> Columns:
    """Columns with types of all tables of an attached database."""
    found: Columns = {}
    for table, column, kind in connection.execute(COLUMNS, [database]).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def columns_in(file: Path) -> Columns:
    """Columns with types of all tables of a DuckDB file."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return columns_of(connection)


def public_marts(manifest: Mapping[str, Any], columns: Columns) -> list[Mart]:
    """The public models of a manifest that live in the star, with the columns that their tables really have."""
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node.get("access") == "public" and node["database"] == "star"
    ]
    return [_mart(node, columns) for node in sorted(nodes, key=lambda node: str(node["unique_id"]))]


def breaks(old: Sequence[Mart], new: Sequence[Mart], today: date) -> list[Break]:
    """What readers of `old` lose in `new`: a column, its type, or a mart whose announced end has not come.

    A version is found under whatever name its table has now; a mart without versions goes on in the lowest version.
    Columns that were added are no break.
    """
    return [lost for mart in old if mart.columns for lost in _lost(mart, _successor(mart, new), today)]


def _mart(node: Mapping[str, Any], columns: Columns) -> Mart:
    relation = f"{node['schema']}.{node['alias']}"
    version, ends = node.get("version"), node.get("deprecation_date")
    return Mart(
        name=node["name"],
        version=None if version is None else str(version),
        relation=relation,
        file=node["original_file_path"],
        ends=date.fromisoformat(str(ends)[:10]) if ends else None,
        columns=columns.get(relation, {}),
    )


def _successor(mart: Mart, new: Iterable[Mart]) -> Mart | None:
    same = [one for one in new if one.name == mart.name and one.columns]
    if mart.version is None:
        return min(same, key=lambda one: (one.version or "").zfill(6), default=None)
    return next((one for one in same if one.version == mart.version), None)


def _lost(mart: Mart, now: Mart | None, today: date) -> Iterable[Break]:
    name = mart.relation
    if now is None:
        if mart.ends is None:
            yield Break(name, None, "the mart is gone, and its end was never announced", mart.file)
        elif mart.ends > today:
            yield Break(name, None, f"the mart is gone, but was announced to stay until {mart.ends}", mart.file)
        return
    for column, kind in mart.columns.items():
        if column.startswith("_"):
            continue  # _load and the like are Ghala's own
        if column not in now.columns:
            yield Break(name, column, f"column {column} ({kind}) was removed", now.file)
        elif now.columns[column] != kind:
            yield Break(name, column, f"column {column} was {kind} and is now {now.columns[column]}", now.file)
