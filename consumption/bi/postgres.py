"""Load the published marts into PostgreSQL and swap them in, in one transaction that nobody waits for."""

import json
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg

from consumption.bi import postgres_sql as sql
from consumption.bi.marts import SCHEMA, Table, opened, source, tables
from orchestration import log, publish_files
from orchestration.config import Settings
from orchestration.errors import ConfigError, GhalaError
from orchestration.ingest.extract.postgres import HOPELESS, extension
from orchestration.progress import Tell, Tick, silent
from orchestration.quoting import identifier
from orchestration.redact import address

VARIABLE = "GHALA_PUBLISH_POSTGRES_DSN"
NEXT, OLD = f"{SCHEMA}__next", f"{SCHEMA}__old_"
CONNECT_SECONDS = 10  # a server that is there answers at once; a wrong address must not hang a night's job
CHUNK = 1 << 20
NAME = "ghala publish"  # in pg_stat_activity
DROP_WAIT = "500ms"  # for readers of the old version; longer ones keep it until the next publication removes it


@dataclass(frozen=True)
class Loaded:
    """What a publication to PostgreSQL did; `kept` are old schemas that a reader or a view still holds, with why."""

    version: str
    is_new: bool
    tables: int
    rows: int
    seconds: float
    where: str
    kept: tuple[tuple[str, str], ...]


def publish(settings: Settings, tell: Tell = silent) -> Loaded:
    """Load the version that readers see, unless it is there already. Raises ConfigError for a wrong address.

    Raises GhalaError when the server does not answer or refuses; then readers keep what they have.
    """
    dsn = os.environ.get(VARIABLE, "")
    if not dsn:
        raise ConfigError(
            f"there is no address to publish to: {VARIABLE} is not set",
            f"the environment, or {settings.home / '.env'}",
            f"set {VARIABLE}=postgresql://USER:PASSWORD@HOST/DATABASE there",
        )
    started = time.monotonic()
    with opened(settings) as (version, marts), _connected(dsn) as server:
        try:
            kept = _drop_old(server)
            is_new = _there(server)[1] != version
            found = tables(settings, version, marts)
            rows = _load(server, marts, found, _facts(settings, version), tell) if is_new else 0
            kept = kept if not is_new else _drop_old(server)
        except psycopg.Error as error:
            raise _failure(error, dsn) from None  # its context repeats the connection
    seconds = time.monotonic() - started
    if is_new:
        log.event(
            settings.home, "version.loaded", version=version, how="postgres", rows=rows, seconds=round(seconds, 3)
        )
    return Loaded(version, is_new, len(found), rows, seconds, address(dsn), kept)


def _load(
    server: psycopg.Connection,
    marts: duckdb.DuckDBPyConnection,
    found: Sequence[Table],
    facts: dict[str, str],
    tell: Tell,
) -> int:
    """Everything in one transaction: a killed load leaves nothing, and readers see the old tables until it commits."""
    marts.load_extension(extension())
    rows = 0
    with server.transaction():
        _alone(server)
        _role(server)
        _do(server, f"create schema {identifier(NEXT)}")
        for done, table in enumerate(found):
            tell(Tick("to PostgreSQL", done, len(found), table.name))
            begun = time.monotonic()
            _do(server, sql.create(NEXT, table))
            rows += _copy(server, marts, table)
            for statement in sql.finish(NEXT, table):
                _do(server, statement)
            tell(Tick("to PostgreSQL", done + 1, len(found), table.name, "loaded", time.monotonic() - begun))
        by_name = {table.name: table for table in found}
        linked = [statement for table in found for statement in sql.references(NEXT, table, by_name)]
        for statement in (*linked, *sql.version_table(NEXT, facts["version"]), *sql.rights(NEXT)):
            _do(server, statement)
        with server.cursor().copy(f"copy {NEXT}.{sql.VERSION_TABLE} from stdin (freeze)") as copy:
            copy.write_row((facts["version"], facts["created_at"]))
        before, _ = _there(server)
        if before:
            _do(server, f"alter schema {identifier(SCHEMA)} rename to {identifier(OLD + before)}")
        _do(server, f"alter schema {identifier(NEXT)} rename to {identifier(SCHEMA)}")
    return rows


def _copy(server: psycopg.Connection, marts: duckdb.DuckDBPyConnection, table: Table) -> int:
    """DuckDB writes PostgreSQL's binary format into a pipe, COPY reads it: nothing is held in memory but a chunk.

    FREEZE: a REPEATABLE READ transaction that is older than the load finds the new tables by their names after the
    swap; without it they would be empty for it.
    """
    reader, writer = os.pipe()
    order = f" order by {identifier(table.day)}" if table.day else ""  # the BRIN index lives of it
    statement = f"copy (select * from {source(table)}{order}) to '/dev/fd/{writer}' (format postgres_binary)"
    failed: list[duckdb.Error] = []

    def write() -> None:
        try:
            marts.execute(statement)
        except duckdb.Error as error:
            failed.append(error)
        finally:
            os.close(writer)

    thread = threading.Thread(target=write)
    thread.start()
    into = server.cursor()
    try:
        with (
            os.fdopen(reader, "rb", buffering=0) as stream,
            into.copy(f"copy {identifier(NEXT)}.{identifier(table.name)} from stdin (format binary, freeze)") as copy,
        ):
            while chunk := stream.read(CHUNK):
                copy.write(chunk)
            thread.join()
            if failed:
                raise GhalaError(
                    f"{table.name} cannot be read: {str(failed[0]).splitlines()[0]}; readers keep what they have",
                    source(table),
                    "ghala verify finds what is broken; then: ghala publish --to postgres",
                )
    finally:
        thread.join()  # it ends by itself: who writes into a pipe that nobody reads gets an error
    return into.rowcount


def _drop_old(server: psycopg.Connection) -> tuple[tuple[str, str], ...]:
    """Remove the versions before; gives those that must stay for now, and why."""
    kept = []
    listed = "select nspname from pg_namespace where starts_with(nspname, %s) and starts_with(obj_description(oid), %s)"
    # a table that an administrator has put there is not ours to drop: it keeps the schema, as a view does
    loaded = "select tablename from pg_tables where schemaname = %s and pg_has_role(tableowner, 'member')"
    for (schema,) in server.execute(listed, [OLD, sql.MARK]).fetchall():
        held = server.execute(loaded, [schema]).fetchall()
        try:
            with server.transaction():
                _do(server, f"set local lock_timeout = '{DROP_WAIT}'")
                for statement in sql.drop(schema, [table for (table,) in held]):
                    _do(server, statement)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DependentObjectsStillExist) as error:
            kept.append((schema, error.diag.message_detail or "a reader is still at it"))
        except (psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedTable):
            continue  # another publication has just removed it
    return tuple(kept)


def _there(server: psycopg.Connection) -> tuple[str | None, str | None]:
    """Number and version of the schema of the marts, None without one. Raises GhalaError for a schema of others."""
    asked = "select oid::text, obj_description(oid) from pg_namespace where nspname = %s"
    row = server.execute(asked, [SCHEMA]).fetchone()
    if row is None:
        return None, None
    if not (row[1] or "").startswith(sql.MARK):
        raise GhalaError(
            f"the database has a schema {SCHEMA!r} that is not Ghala's, so it is left alone",
            f"{SCHEMA} in {address(os.environ[VARIABLE])}",
            f"rename it, or publish to another database: {VARIABLE}",
        )
    return row[0], row[1].removeprefix(sql.MARK)


def _alone(server: psycopg.Connection) -> None:
    """Two loads at once would meet at the swap; the lock ends with the transaction."""
    row = server.execute("select pg_try_advisory_xact_lock(hashtext(%s))", [f"ghala {SCHEMA}"]).fetchone()
    if not (row and row[0]):
        raise GhalaError(
            "another publication is loading into this database",
            address(os.environ[VARIABLE]),
            "wait until it has ended, then: ghala publish --to postgres",
        )


def _role(server: psycopg.Connection) -> None:
    if server.execute("select from pg_roles where rolname = %s", [sql.READER]).rowcount:
        return
    _do(server, f"create role {identifier(sql.READER)} nologin")


def _connected(dsn: str) -> psycopg.Connection:
    """A connection that commits each statement unless told otherwise."""
    try:
        return psycopg.connect(
            dsn,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            application_name="ghala publish",
            client_encoding="UTF8",  # what DuckDB writes; else a database in LATIN1 would take each byte for a letter
            prepare_threshold=None,
        )
    except psycopg.Error as error:
        text = str(error).strip().splitlines()[-1]
        if isinstance(error, psycopg.ProgrammingError) or HOPELESS.search(text):
            raise ConfigError(
                f"the server to publish to refuses the address: {text}", address(dsn), f"correct {VARIABLE}"
            ) from None
        raise GhalaError(
            f"the server to publish to does not answer: {text}; readers keep what they have",
            address(dsn),
            f"start it or correct {VARIABLE}, then: ghala publish --to postgres",
        ) from None


def _failure(error: psycopg.Error, dsn: str) -> GhalaError:
    text = (error.diag.message_primary or str(error)).strip().splitlines()[0]
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return GhalaError(
            f"the user may not do this: {text}; readers keep what they have",
            address(dsn),
            f'let an administrator type: create role {sql.READER} nologin; grant create on database "…" to "…"'
            " (docs/bi-tools.md)",
        )
    return GhalaError(
        f"PostgreSQL stopped the load: {text}; readers keep what they have",
        address(dsn),
        "correct it, then: ghala publish --to postgres",
    )


def _facts(settings: Settings, version: str) -> dict[str, str]:
    file: Path = publish_files.facts_file(settings.serving, version)
    found: dict[str, str] = json.loads(file.read_text())
    return found


def _do(server: psycopg.Connection, statement: str) -> None:
    server.execute(statement)
