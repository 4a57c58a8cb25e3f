"""Rows that broke a test, kept run by run: the test's own SQL, run once more for the tests that found something."""

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt.outcome import Node
from orchestration.ingest.model import Contract

KEPT = 20  # rows of a test in a run: how many there were is in ops.dq_result
LONGEST = 200  # characters of a value
MASK = "(masked)"


def masked_columns(contracts: Iterable[Contract]) -> frozenset[str]:
    """Columns whose values are not copied into the history: what a contract classifies or hashes, or names a person."""
    return frozenset(
        column.name
        for contract in contracts
        for column in contract.columns
        if column.secret or column.classification or column.subject
    )


def of_tests(
    connection: duckdb.DuckDBPyConnection, nodes: Iterable[Node], masked: Collection[str], project: Path
) -> list[dict[str, Any]]:
    """Up to KEPT rows of each data test that failed or warned; one row without values where they cannot be read."""
    return [row for node in nodes if _found_rows(node) for row in _rows(connection, node, masked, project)]


def in_words(name: str) -> str:
    """A test's name as a sentence: orders__header_total_equals_lines is «orders: header total equals lines»."""
    return name.replace("__", ": ").replace("_", " ")


def as_text(row: Mapping[str, Any], masked: Collection[str]) -> str:
    """A row as JSON; long values are cut, null stays null, masked values are not shown."""
    shown = {
        name: None if value is None else MASK if name in masked else str(value)[:LONGEST] for name, value in row.items()
    }
    return json.dumps(shown, ensure_ascii=False)


def _found_rows(node: Node) -> bool:
    return node.kind == "test" and bool(node.failures) and node.status in ("fail", "warn") and bool(node.compiled)


def _rows(
    connection: duckdb.DuckDBPyConnection, node: Node, masked: Collection[str], project: Path
) -> Iterable[dict[str, Any]]:
    known = {"test_id": node.unique_id, "test_name": node.name, "owner": node.owner, "tier": node.tier}
    reason = in_words(node.name)
    try:
        sql = (project / str(node.compiled)).read_text()
        found = connection.execute(f"select * from (\n{sql}\n) limit {KEPT}")
        names = [column[0] for column in found.description or []]
        rows = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
    except (duckdb.Error, OSError) as error:  # the run's record must not fail over an example
        text = f"{reason}; its rows could not be read: {str(error).splitlines()[0]}"
        return [known | {"reason": text, "row_number": None, "row": None}]
    return [
        known | {"reason": reason, "row_number": number, "row": as_text(row, masked)}
        for number, row in enumerate(rows, start=1)
    ]
