"""The tables of the schema `ops` in star.duckdb, filled from the history of runs, the manifest and the quarantine."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from orchestration.alerts.state import history_file
from orchestration.ingest import rejections
from orchestration.ops import shape
from orchestration.quoting import identifier, literal

Connection = duckdb.DuckDBPyConnection

# Every load, and whether its file is the one in place: 19,000 of them are read and written in 0.04 CPU s.
LOADS = """
    create or replace table ops.source_load as
    select
        load_number, source as source_name, "table" as table_name, contract_version, run_id as landing_run_id, file,
        sha256, max_cursor as newest_cursor, rows as row_count, extracted as extracted_count,
        quarantined as quarantined_count, deduplicated as deduplicated_count, bytes as byte_count, seconds,
        load_number = max(load_number) over (partition by source, "table", logical_date) as is_current,
        logical_date, loaded_at
    from manifest
"""
NOT_COUNTED = """
    select load_number, quarantine_file from manifest
    where quarantine_file is not null and load_number not in (select load_number from ops.quarantine)
"""
COUNTED = """
    insert into ops.quarantine by name
    select source_name, table_name, load_number, logical_date, unnest(?) as reason, unnest(?) as row_count
    from ops.source_load where load_number = ?
"""
# A reason is open while the load that gave it is in place; its age counts from the first load of that day which had it.
AGED = """
    update ops.quarantine as old
    set
        is_open = new.is_current,
        first_seen_at = new.first_seen_at,
        age_days = case when new.is_current then date_diff('day', new.first_seen_at, current_timestamp::timestamp) end
    from (
        select
            quarantine.load_number,
            quarantine.reason,
            loads.is_current,
            min(loads.loaded_at) over (
                partition by loads.source_name, loads.table_name, loads.logical_date, quarantine.reason
            ) as first_seen_at
        from ops.quarantine as quarantine
        inner join ops.source_load as loads using (load_number)
    ) as new
    where old.load_number = new.load_number and old.reason = new.reason
"""
NEWEST = """
    select
        source_name, table_name, max(logical_date) as logical_date, max(loaded_at) as landed_at,
        max(newest_cursor) as cursor
    from ops.source_load where is_current group by source_name, table_name
"""


# A delivery is open until a later load has its day, or until it is withdrawn: what had landed is there again.
REFUSED = """
    create or replace table ops.rejected_delivery as
    select
        rejected.source as source_name, rejected."table" as table_name, rejected.gate, rejected.message,
        rejected.origin, rejected.contract_version, rejected.owner, rejected.run_id as landing_run_id,
        coalesce(bool_and(mended.mended_at <= rejected.rejected_at), true) as is_open,
        rejected.logical_date, rejected.rejected_at
    from rejected
    left join (
        select source_name, table_name, logical_date, loaded_at as mended_at from ops.source_load
        union all
        select source, "table", logical_date, withdrawn_at from rejected where withdrawn_at is not null
    ) as mended
        on
            rejected.source = mended.source_name
            and rejected."table" = mended.table_name
            and rejected.logical_date = mended.logical_date
    where rejected.rejected_at is not null
    group by all
"""
WITHDRAWN: shape.Columns = {"withdrawn_at": "TIMESTAMP"}


# An incident has a line for each change; the last one says how it stands.
INCIDENTS = """
    create or replace table ops.incident as
    select
        fingerprint, kind, subject, series, owner, channel, what as message, tier, repeat_count,
        resolved_at is null as is_open, first_seen_at, last_seen_at, resolved_at
    from incidents
    qualify row_number() over (
        partition by fingerprint, first_seen_at order by resolved_at desc nulls last, repeat_count desc
    ) = 1
"""


def open_star(star: Path, warehouse: Path) -> Connection:
    """A connection to star.duckdb that also reads the warehouse; the writer's lock must be held."""
    connection = duckdb.connect(str(star))
    connection.execute("set TimeZone = 'UTC'")
    if warehouse.is_file():
        connection.execute(f"attach {literal(warehouse)} as {identifier(warehouse.stem)} (read_only)")
    return connection


def in_memory(star: Path) -> Connection:
    """The tables of `ops` in memory, with what the star has of them: to bring up to date without touching the file."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    make_tables(connection)
    if star.is_file():
        connection.execute(f"attach {literal(star)} as star (read_only)")
        marks = "select table_name, comment from duckdb_tables() where database_name = 'star' and schema_name = 'ops'"
        for table, mark in connection.execute(marks).fetchall():
            if table in shape.TABLES and mark == shape.mark(table):
                connection.execute(f"insert into ops.{table} select * from star.ops.{table}")
        connection.execute("detach star")
    return connection


def make_tables(connection: Connection) -> None:
    """Create what is missing; a table whose columns another version of Ghala chose is made anew."""
    connection.execute("create schema if not exists ops")
    marks = dict(
        connection.execute("select table_name, comment from duckdb_tables() where schema_name = 'ops'").fetchall()
    )
    for table, columns in shape.TABLES.items():
        if marks.get(table) != shape.mark(table):
            connection.execute(f"create or replace table ops.{table} ({shape.listed(columns)})")
            mark_table(connection, table)
            if table in shape.DOCUMENT:  # the tables of a file are filled together
                connection.execute("delete from ops.run")


def fill_loads(connection: Connection, home: Path) -> None:
    """Loads, quarantine and rejected deliveries as they are now."""
    if _is_read(connection, "manifest", home / "bronze" / "manifest.jsonl", shape.MANIFEST):
        connection.execute(LOADS)
        mark_table(connection, "source_load")
        for load, file in connection.execute(NOT_COUNTED).fetchall():
            counts = _reasons(home / "quarantine" / file)
            connection.execute(COUNTED, [list(counts), list(counts.values()), load])
        connection.execute(AGED)
    if _is_read(connection, "rejected", rejections.file_of(home), shape.REJECTED_LINE | WITHDRAWN):
        connection.execute(REFUSED)
        mark_table(connection, "rejected_delivery")
    if _is_read(connection, "incidents", history_file(home), shape.INCIDENT_LINE, key="fingerprint"):
        connection.execute(INCIDENTS)
        mark_table(connection, "incident")


def _is_read(connection: Connection, name: str, file: Path, columns: shape.Columns, key: str = "table") -> bool:
    """Make a view of a file of JSON lines, where there is one; a torn line is none."""
    if file.is_file():
        connection.execute(
            f"create or replace temp view {name} as select * from read_json({literal(file)},"
            f" format='newline_delimited', ignore_errors=true, columns={shape.reader(columns)})"
            f" where {identifier(key)} is not null"
        )
    return file.is_file()


def newest(connection: Connection) -> dict[tuple[str, str], dict[str, Any]]:
    """The newest day, landing and cursor of each source table, by (source, table)."""
    rows = connection.execute(NEWEST).fetchall()
    return {
        (source, table): {"logical_date": day, "landed_at": landed, "cursor": cursor}
        for source, table, day, landed, cursor in rows
    }


def fill_runs(connection: Connection, history: Mapping[str, Path]) -> None:
    """Add the runs whose files are not in the tables yet: one as a rule, all of them after the star was lost."""
    there = {row[0] for row in connection.execute("select run_id from ops.run").fetchall()}
    missing = [str(file) for run, file in history.items() if run not in there]
    if not missing:
        return
    connection.execute("begin")
    for table in shape.DOCUMENT:  # rows of a run that is not in ops.run are none
        connection.execute(f"delete from ops.{table} where run_id not in (select run_id from ops.run)")
    connection.execute(
        "create or replace temp table documents as select * from read_json(?, format='newline_delimited',"
        f" columns={shape.reader(shape.document_columns())})",
        [missing],
    )
    connection.execute("insert into ops.run select unnest(run) from documents")
    for table in shape.DOCUMENT:
        if table != "run":
            connection.execute(
                f"insert into ops.{table} select run.run_id, unnest({table}, recursive := true) from documents"
            )
    connection.execute("commit")


def row_counts(connection: Connection, relations: Iterable[str]) -> dict[str, int]:
    """Rows by relation (`"database"."schema"."table"`), of tables only: a count of a view would run it."""
    tables = connection.execute("select database_name, schema_name, table_name from duckdb_tables()").fetchall()
    known = {f'"{database}"."{schema}"."{name}"' for database, schema, name in tables}
    counts: dict[str, int] = {}
    for relation in sorted(set(relations) & known):
        answer = connection.execute(f"select count(*) from {relation}").fetchone()
        counts[relation] = int(answer[0]) if answer else 0
    return counts


def metrics(connection: Connection, relation: str) -> list[dict[str, Any]]:
    """The buckets that an anomaly test kept, by the names of ops.dq_metric; [] for a test over other columns."""
    wanted = [name for name in shape.METRIC if name != "test_id"]
    held = connection.execute(f"select * from {relation}")
    if not set(wanted) <= {column[0] for column in held.description or []}:
        return []
    rows = connection.execute(f"select {', '.join(wanted)} from {relation} order by all").fetchall()
    return [dict(zip(wanted, row, strict=True)) for row in rows]


def mark_table(connection: Connection, table: str) -> None:
    """Note the shape of a table that was made anew."""
    connection.execute(f"comment on table ops.{table} is '{shape.mark(table)}'")


def _reasons(file: Path) -> dict[str, int]:
    from orchestration.ingest.quarantine import reasons_in  # noqa: PLC0415  (Polars: only when rows were set aside)

    return reasons_in(file) if file.is_file() else {}
