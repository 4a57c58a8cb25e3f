"""A star as readers open it: read-only, locked, a cursor for each client."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.reads_clients import Layout, Rows
from benchmarks.reads_questions import Question
from consumption import published
from orchestration.publish_files import LINK


def opened(star: Path, scratch: Path) -> duckdb.DuckDBPyConnection:
    """The star, opened as the published version of a folder made in `scratch`."""
    folder = scratch / f"serving-{star.parent.name}-{star.stem}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LINK).unlink(missing_ok=True)
    (folder / LINK).symlink_to(star.resolve())
    return published.cursor(folder)[1]


def layout(connection: duckdb.DuckDBPyConnection, questions: Sequence[Question], *, before: bool = False) -> Layout:
    """Answers the questions whose tables and columns are all there."""
    texts = {one.name: (one.before if before else one.sql, one.parameters) for one in questions}

    def client() -> Any:
        cursor = connection.cursor()

        def ask(name: str) -> Rows:
            sql, parameters = texts[name]
            return cursor.execute(sql, parameters or None).fetchall()

        return ask

    able = frozenset(name for name, (sql, parameters) in texts.items() if _binds(connection, sql, dict(parameters)))
    return Layout(able, client, time.process_time)


def _binds(connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> bool:
    try:
        connection.execute(f"explain {sql}", parameters or None)
    except (duckdb.CatalogException, duckdb.BinderException):
        return False
    return True


def scanned(connection: duckdb.DuckDBPyConnection, question: Question) -> int:
    """How many rows of its tables a question looked at: row groups that were skipped do not count."""
    explained = connection.execute(f"explain (analyze, format json) {question.sql}", question.parameters or None)
    return _scanned(json.loads(explained.fetchall()[0][1]))


def _scanned(node: dict[str, Any]) -> int:
    return int(node.get("operator_rows_scanned", 0)) + sum(_scanned(child) for child in node.get("children", ()))
