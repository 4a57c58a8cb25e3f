"""The published version as it may be read: its tables and columns, its manifest, and what of it is personal."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb

from consumption import published
from consumption.read.errors import ReadError, Reason
from consumption.read.personal import How, of_column, treatment
from orchestration import state
from orchestration.config import Settings
from orchestration.contracts import contracts_of
from orchestration.dictionary.collect import Mart, marts_of
from orchestration.errors import GhalaError
from orchestration.ingest.model import Contract
from orchestration.publish_files import data_file

SALT = secrets.token_hex(16)  # of the masks: of this process, so that two servers' masks cannot be compared
_worlds: dict[tuple[Path, str], "World"] = {}  # one per folder of versions: to make it costs half a second
_making = Lock()  # of many questions at once after a publication, one makes it: each would take 20 MB and the processor


@dataclass(frozen=True)
class World:
    """`tables`: schema.table to its columns in order, each with its type and how it is treated."""

    version: str
    file: Path
    manifest: Mapping[str, Any] = field(repr=False)
    contracts: tuple[Contract, ...] = field(repr=False)
    marts: tuple[Mart, ...] = field(repr=False)
    tables: Mapping[str, Mapping[str, tuple[str, How]]] = field(repr=False)

    @property
    def withheld(self) -> frozenset[str]:
        """Names of columns that are withheld wherever they are."""
        return frozenset(
            name for columns in self.tables.values() for name, (_, how) in columns.items() if how is How.WITHHELD
        )

    def for_worker(self) -> dict[str, Any]:
        """What a worker needs to open it."""
        tables = {
            table: {name: how for name, (_, how) in columns.items() if how is not How.WITHHELD}
            for table, columns in self.tables.items()
        }
        return {"file": str(self.file), "tables": tables, "salt": SALT}


def current(settings: Settings) -> tuple[World, duckdb.DuckDBPyConnection]:
    """The newest published version and a cursor of it. Raises ReadError when it cannot be read or judged."""
    try:
        version, cursor = published.cursor(settings.serving)
    except ReadError:
        raise
    except GhalaError as error:
        raise ReadError(Reason.BROKEN, error.what, error.where, error.next_step) from error
    key = (settings.serving, version)
    with _making:
        world = _worlds.get(key)
        if world is None:
            world = _made(settings, version, cursor)
            for old in [one for one in _worlds if one[0] == settings.serving]:
                del _worlds[old]
            _worlds[key] = world
    return world, cursor


def _made(settings: Settings, version: str, cursor: duckdb.DuckDBPyConnection) -> World:
    try:
        manifest = state.of_version(settings.home, version)
        lacks = f"the manifest of version {version} was not kept"
    except GhalaError as error:
        manifest, lacks = None, error.what
    if manifest is None:
        raise ReadError(
            Reason.BROKEN,
            f"{lacks}, so nobody knows which of its columns are personal",
            str(state.file_of(settings.home, version)),
            "publish a version with its manifest: ghala build, ghala publish",
        )
    contracts = contracts_of(settings.contracts)
    there = cursor.execute(
        "select schema_name || '.' || table_name, column_name, lower(data_type) from duckdb_columns()"
        " where database_name = current_database() and not internal order by table_oid, column_index"
    ).fetchall()
    metas = _metas(manifest)
    treated = treatment(contracts)
    tables: dict[str, dict[str, tuple[str, How]]] = {}
    for table, column, kind in there:
        if table in metas:  # what no model or source describes is not served
            meta = metas[table].get(column)
            how = How.WITHHELD if meta is None else of_column(column, meta, treated)
            tables.setdefault(table, {})[column] = (kind, how)
    known = {contract.key: contract for contract in contracts}
    marts = tuple(mart for mart in marts_of(manifest, known) if f"marts.{mart.relation}" in tables)
    return World(version, data_file(settings.serving, version), manifest, contracts, marts, tables)


def _metas(manifest: Mapping[str, Any]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """schema.table to its described columns' meta: public models, the days that metrics add up over, and ops."""
    models = {
        f"{node['schema']}.{node['alias']}": node["columns"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and (str(node["config"]["access"]) == "public" or node.get("time_spine"))
    }
    ops = {
        f"ops.{source['identifier']}": source["columns"]
        for source in manifest["sources"].values()
        if source["source_name"] == "ops"
    }
    return {
        table: {name: {**column.get("meta", {}), **column["config"]["meta"]} for name, column in columns.items()}
        for table, columns in {**models, **ops}.items()
    }
