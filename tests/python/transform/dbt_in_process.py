"""dbt in this process: one parse for all builds of a test session, files released after each run."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult

from orchestration.dbt.lean import lean

REPOSITORY = Path(__file__).resolve().parents[3]

READER_TABLES = ("agg_*", "mart_*", "feat_*")  # made anew from the facts by each build, a quarter of its time

_parsed: dict[Path, Any] = {}  # this project by home: to read it anew takes 2 to 4 s of each build


@contextmanager
def _environment(home: Path) -> Iterator[None]:
    before = os.environ.get("GHALA_HOME")
    os.environ["GHALA_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["GHALA_HOME"]
        else:
            os.environ["GHALA_HOME"] = before


def parsed(home: Path) -> Any:
    """This project as dbt reads it for `home`, once in this process; its manifest.json is in `home.parent / target`."""
    if home not in _parsed:
        _parsed[home] = _invoke(home, REPOSITORY, None, "parse").result
    return _parsed[home]


def lend(home: Path) -> None:
    """Let Ghala's own commands for `home` read only what has changed of the project since (2 of 12 CPU s)."""
    parsed(home)
    (home / "target").mkdir(parents=True, exist_ok=True)
    shutil.copy(home.parent / "target" / "partial_parse.msgpack", home / "target")


def made_of(home: Path, *tables: str) -> list[str]:
    """The names of the models and snapshots that these marts are made of, and of the marts themselves."""
    nodes = {key: node for key, node in parsed(home).nodes.items() if node.resource_type in ("model", "snapshot")}
    found: set[str] = set()
    todo = [key for key, node in nodes.items() if node.alias in tables]
    while todo:
        key = todo.pop()
        found.add(key)
        todo += [parent for parent in nodes[key].depends_on.nodes if parent in nodes and parent not in found]
    return sorted({nodes[key].name for key in found})


def dbt(home: Path, *arguments: str, folder: Path = REPOSITORY) -> dbtRunnerResult:
    """Run one dbt command of the project in `folder` against `home`."""
    manifest = parsed(home) if folder == REPOSITORY else None
    # To write what it has read of the whole project is half of what a small build takes.
    result = _invoke(home, folder, manifest, *arguments, "--no-write-json")
    DuckDBConnectionManager.close_all_connections()
    return result


def _invoke(home: Path, folder: Path, manifest: Any, *arguments: str) -> dbtRunnerResult:
    places = ("--project-dir", str(folder), "--profiles-dir", str(REPOSITORY / "profiles"))
    target = ("--target-path", str(home.parent / "target"), "--log-path", str(home.parent / "logs"))
    quiet = ("--log-level", "none", "--log-level-file", "none", "--no-version-check")  # to debug costs a third more
    lean()
    with _environment(home):
        return dbtRunner(manifest=manifest).invoke([*arguments, *places, *target, *quiet])


def build(home: Path, *arguments: str) -> None:
    """Build every model and snapshot but the tables for readers, without tests; an error shows dbt's own message."""
    _build(home, *arguments, "--exclude", *READER_TABLES)


def build_reader_tables(home: Path) -> None:
    """Build the tables for readers from the facts."""
    _build(home, "--select", *READER_TABLES)


def _build(home: Path, *arguments: str) -> None:
    kinds = [f"--resource-type={kind}" for kind in ("model", "seed", "snapshot")]
    result = dbt(home, "build", *kinds, *arguments)
    messages = [f"{r.node.name}: {r.message}" for r in result.result or [] if r.status not in ("success", "pass")]
    assert result.success, "\n".join(messages) or str(result.exception)
