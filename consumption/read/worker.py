"""python -m consumption.read.worker: a process that answers queries, made to be killed.

It reads one job per line from stdin and writes one answer per line, both JSON. It is started without the environment of
its server. A job: {"world": {...} or null (as before), "sql", "rows", "bytes", "cell", "seconds"}; a world:
{"file", "tables": {schema.table: {column: "served" | "masked"}}, "salt"}. An answer: {"columns": [[name, type]],
"rows", "cut": null | "rows" | "bytes"}, or {"error": {"reason", "what", "where", "next"}}.
"""

import json
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from consumption.read import guard
from consumption.read.errors import ReadError, Reason
from consumption.read.explain import explained, unreadable
from consumption.read.values import as_json
from orchestration.quoting import identifier, literal
from orchestration.serving import SEALED, seal

MEMORY = 1 << 30  # bytes DuckDB may use: a quarter of what a build takes, so that questions never starve it
BESIDE = 512 << 20  # bytes of Python, threads and an answer on top: beyond, allocation fails instead of the machine
BATCH = 256  # rows fetched at a time: looked at between two, whether the answer is full
INTERVAL = "INTERVAL"  # in the name of a type, also of one that holds others
OPENED: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": f"{MEMORY >> 20}MB",
    "threads": 2,
    "temp_directory": "",  # nothing spills: what does not fit is too much
    "python_enable_replacements": "false",  # a variable of this process is no table
}
Job = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """A version as it may be read; `tables` are schema.table."""

    connection: duckdb.DuckDBPyConnection
    tables: frozenset[str]


def main() -> None:
    """Answer until stdin ends."""
    _limit_itself()
    view: View | None = None
    for line in sys.stdin:
        job = json.loads(line)
        if job["world"]:
            view = None  # closed before the next one is opened
        try:
            view = view or opened(job["world"])
            signal.setitimer(signal.ITIMER_REAL, job["seconds"])  # the kernel ends this process, whatever it is doing
            answer = answered(view, job)
        except ReadError as error:
            answer = _error(error)
        except duckdb.Error as error:
            answer = _error(explained(str(error), job))
        except RecursionError:
            deep = "the query is nested too deeply"
            answer = _error(ReadError(Reason.REFUSED, deep, guard.WHERE, "write it with CTEs"))
        except MemoryError:
            answer = _error(explained("out of memory", job))
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def opened(world: Mapping[str, Any]) -> View:
    """A sealed connection to a version: `marts` and `ops` are views of it, without what is personal or with masks."""
    try:
        connection = duckdb.connect(":memory:", config=OPENED)
        connection.execute(f"attach {literal(world['file'])} as published (read_only)")
        columns = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index)"
            " from duckdb_columns() where database_name = 'published' group by all"
        ).fetchall()
        connection.execute("create schema marts; create schema ops")
        for table, there in columns:
            shown = world["tables"].get(table, {})
            if picked := [_column(name, shown[name], world["salt"]) for name in there if name in shown]:
                connection.execute(f"create view {table} as select {', '.join(picked)} from published.{table}")
        connection.execute("set search_path = 'marts,ops'")
    except duckdb.Error as error:
        raise unreadable(str(error), world["file"]) from error
    seal(connection, SEALED)
    return View(connection, frozenset(world["tables"]))


def answered(view: View, job: Job) -> dict[str, Any]:
    """The answer to a query that the guard lets pass, up to the limits of the job."""
    sql = job["sql"]
    # As a literal: for a parameter DuckDB's client imports pandas and pyarrow, a second and 100 MB.
    tree = _scalar(view, f"select json_serialize_sql({literal(sql)})")
    guard.check(guard.parsed(tree), view.tables)
    found = view.connection.execute(sql)
    columns = [[column[0], str(column[1])] for column in found.description or ()]
    rows: list[list[Any]] = []
    room = job["bytes"] - len(json.dumps(columns))
    if room < 0:
        few = "name the columns that are needed"
        raise ReadError(Reason.TOO_MUCH, f"{len(columns):,} columns are more than an answer holds", guard.WHERE, few)
    if any(INTERVAL in kind for _, kind in columns):
        plain_sql = _scalar(view, f"select json_deserialize_sql({literal(tree)})")
        found = view.connection.execute(_spelled(plain_sql, columns))
    while batch := found.fetchmany(min(BATCH, job["rows"] + 1 - len(rows))):
        for row in batch:
            if len(rows) == job["rows"]:
                return {"columns": columns, "rows": rows, "cut": "rows"}
            plain = [as_json(value, job["cell"]) for value in row]
            room -= len(json.dumps(plain))
            if room < 0:
                return {"columns": columns, "rows": rows, "cut": "bytes"}
            rows.append(plain)
    return {"columns": columns, "rows": rows, "cut": None}


def _spelled(sql: str, columns: Sequence[Sequence[str]]) -> str:
    """A query with its intervals as texts of DuckDB: in Python's timedelta a month would be thirty days."""
    numbered = enumerate((kind for _, kind in columns), 1)
    picked = [f"cast(#{n} as varchar)" if INTERVAL in kind else f"#{n}" for n, kind in numbered]
    return f"select {', '.join(picked)} from ({sql})"


def _scalar(view: View, sql: str) -> str:
    row = view.connection.execute(sql).fetchone()
    assert row  # noqa: S101  (one row of one text)
    return str(row[0])


def _limit_itself() -> None:
    """No file can be written, no core dumped, and memory beyond the limit is refused by the kernel."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY + BESIDE, MEMORY + BESIDE))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends its workers


def _column(name: str, how: str, salt: str) -> str:
    quoted = identifier(name)
    return f"md5({literal(salt)} || {quoted}) as {quoted}" if how == "masked" else quoted


def _error(error: ReadError) -> dict[str, Any]:
    said = {"reason": error.reason, "what": error.what, "where": error.where, "next": error.next_step}
    return {"error": said}


if __name__ == "__main__":
    main()
