"""A publication to PostgreSQL changes all tables at once, can be killed, and says what stands in its way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from consumption.bi import postgres
from orchestration import publish_files
from orchestration.config import REPOSITORY, Settings
from orchestration.errors import ConfigError, GhalaError

OTHERS = "select nspname from pg_namespace where nspname like 'marts%' and nspname <> 'marts'"
LINES = "select count(*) from marts.fct_order_lines"
SEEN = "select version from marts.ghala_version"
PATIENCE = 60  # seconds until a subprocess that does not come is a failure


@pytest.fixture
def server(database: str) -> Iterator[psycopg.Connection]:
    """A connection that commits each statement."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def old(small: Settings, database: str) -> str:
    """The older of two versions is the one in the database, the newer is the one that readers of the file see."""
    publish_files.flip(small.serving, "1")
    assert postgres.publish(small).version == "1"
    publish_files.flip(small.serving, "2")
    return "1"


def one(connection: psycopg.Connection, asked: str) -> object:
    row = connection.execute(asked.encode()).fetchone()
    assert row
    return row[0]


@pytest.mark.parametrize("isolation", [psycopg.IsolationLevel.READ_COMMITTED, psycopg.IsolationLevel.REPEATABLE_READ])
def test_each_statement_of_an_open_transaction_sees_one_whole_version(
    small: Settings, database: str, old: str, isolation: psycopg.IsolationLevel
) -> None:
    with psycopg.connect(database) as reader:
        reader.isolation_level = isolation
        assert (one(reader, LINES), one(reader, SEEN)) == (1000, old)
        done = postgres.publish(small)  # it does not wait for the reader
        assert (one(reader, LINES), one(reader, SEEN)) == (2000, done.version)


def test_a_running_cursor_ends_on_the_version_on_which_it_began(small: Settings, database: str, old: str) -> None:
    with psycopg.connect(database) as reader:
        rows = one(reader, LINES)
        with reader.cursor("report") as cursor:
            cursor.execute("select order_id from marts.fct_order_lines")
            first = cursor.fetchmany(10)
            done = postgres.publish(small)
            assert len(first) + len(cursor.fetchall()) == rows
        assert [why for _, why in done.kept] == ["a reader is still at it"]
    assert not postgres.publish(small).kept


def test_killed_before_the_swap_readers_keep_the_old_version(
    small: Settings, database: str, server: psycopg.Connection, old: str
) -> None:
    waiting = "select pid from pg_stat_activity where application_name = 'ghala publish' and wait_event_type = 'Lock'"
    environment = {**os.environ, "GHALA_HOME": str(small.home)}
    with psycopg.connect(database) as blocker:
        blocker.execute("alter schema marts rename to held")  # holds the entry that the swap renames
        command = [sys.executable, "-m", "orchestration", "publish", "--to", "postgres"]
        publisher = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=-3, stderr=-3)
        until = time.monotonic() + PATIENCE
        while not server.execute(waiting).rowcount:
            assert publisher.poll() is None, "it ended without a swap"
            assert time.monotonic() < until
        publisher.send_signal(signal.SIGKILL)
        publisher.wait()
        blocker.rollback()
    gone = "select count(*) from pg_stat_activity where application_name = 'ghala publish'"
    until = time.monotonic() + PATIENCE
    while one(server, gone):
        assert time.monotonic() < until
    assert one(server, SEEN) == old
    assert server.execute(OTHERS).fetchall() == []
    assert postgres.publish(small).is_new
    assert one(server, SEEN) != old


def test_killed_after_the_swap_the_next_run_removes_the_old_version(
    small: Settings, server: psycopg.Connection, old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_drop_old", lambda _: ())  # as if it had been killed before
    new = postgres.publish(small).version
    monkeypatch.undo()
    assert len(server.execute(OTHERS).fetchall()) == 1
    again = postgres.publish(small)
    assert (again.is_new, again.version, again.kept) == (False, new, ())
    assert server.execute(OTHERS).fetchall() == []


def test_a_view_of_somebody_keeps_its_version_and_is_named(
    small: Settings, server: psycopg.Connection, old: str
) -> None:
    server.execute("create view public.mine as select count(*) from marts.fct_order_lines")
    before = one(server, "select * from public.mine")
    done = postgres.publish(small)
    assert one(server, "select * from public.mine") == before
    assert one(server, SEEN) == done.version
    ((schema, why),) = done.kept
    assert schema.startswith("marts__old_")
    assert "view mine depends on table" in why
    server.execute("drop view public.mine")
    assert not postgres.publish(small).kept


def test_two_publications_at_once_do_not_meet(small: Settings, database: str, old: str) -> None:
    with psycopg.connect(database) as other:
        other.execute("select pg_advisory_xact_lock(hashtext('ghala marts'))")
        with pytest.raises(GhalaError, match="another publication"):
            postgres.publish(small)
        assert one(other, SEEN) == old


def test_an_old_version_that_another_publication_removes_meanwhile_is_gone(
    small: Settings, database: str, server: psycopg.Connection, old: str
) -> None:
    with psycopg.connect(database) as reader:
        assert one(reader, LINES) == 1000
        done = postgres.publish(small)
    ((schema, _),) = done.kept
    with psycopg.connect(database) as other, ThreadPoolExecutor(1) as pool:
        other.execute(f'drop schema "{schema}" cascade'.encode())
        publication = pool.submit(postgres.publish, small)
        waiting = "select from pg_stat_activity where application_name = 'ghala publish' and wait_event_type = 'Lock'"
        while not server.execute(waiting).rowcount:
            assert not publication.done()
        other.commit()
    assert not publication.result().kept
    assert server.execute(OTHERS).fetchall() == []


def test_a_table_of_an_administrator_keeps_its_schema_and_stops_nobody(
    small: Settings, database: str, server: psycopg.Connection, old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.execute("create role loader login password 'secret'")
    server.execute("create database shared owner loader")
    address, _, _ = database.partition("@")[2].partition("/")
    monkeypatch.setenv(postgres.VARIABLE, f"postgresql://loader:secret@{address}/shared")
    assert postgres.publish(small).is_new
    with psycopg.connect(f"{database.rpartition('/')[0]}/shared", autocommit=True) as administrator:
        administrator.execute("create table marts.mine as select 1 as a")
        publish_files.flip(small.serving, "1")
        ((schema, why),) = postgres.publish(small).kept
        assert "mine depends on schema" in why
        assert one(administrator, f"select count(*) from {schema}.mine") == 1
        publish_files.flip(small.serving, "2")
        assert postgres.publish(small).is_new


def test_a_schema_of_others_is_left_alone(small: Settings, server: psycopg.Connection, old: str) -> None:
    server.execute("comment on schema marts is 'made by hand'")
    with pytest.raises(GhalaError, match="not Ghala's"):
        postgres.publish(small)
    assert one(server, SEEN) == old
    server.execute(f"comment on schema marts is 'Ghala version {old}'".encode())


def test_a_user_without_rights_is_told_what_to_ask_for(
    small: Settings, database: str, server: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.execute("create role weak login password 'very-secret-weak'")
    address = database.partition("@")[2]
    monkeypatch.setenv(postgres.VARIABLE, f"postgresql://weak:very-secret-weak@{address}")
    with pytest.raises(GhalaError) as caught:
        postgres.publish(small)
    assert "permission denied for" in caught.value.what
    assert "create role marts_reader" in caught.value.next_step
    assert "very-secret-weak" not in str(caught.value)


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        ("", (ConfigError, "is not set")),
        ("nonsense", (ConfigError, "refuses the address")),
        ("postgresql://erp_owner:wrong-password@{address}", (ConfigError, "password authentication failed")),
        ("postgresql://erp_owner:secret@{address}_none", (ConfigError, "does not exist")),
        ("postgresql://erp_owner:secret@127.0.0.1:1/postgres", (GhalaError, "does not answer")),
    ],
)
def test_a_wrong_address_is_an_error_of_one_screen(
    small: Settings, database: str, dsn: str, expected: tuple[type[GhalaError], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(postgres.VARIABLE, dsn.format(address=database.partition("@")[2]))
    with pytest.raises(GhalaError) as caught:
        postgres.publish(small)
    assert type(caught.value) is expected[0]
    assert expected[1] in caught.value.what
    assert "wrong-password" not in str(caught.value)


def test_the_address_of_the_target_is_no_source() -> None:
    from orchestration.make_run import connections  # noqa: PLC0415

    assert connections({postgres.VARIABLE: "postgresql://x", "GHALA_ERP_DSN": "postgresql://y"}) == ["GHALA_ERP_DSN"]


def test_a_user_that_may_only_create_in_its_database_is_enough(
    small: Settings, database: str, server: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = (REPOSITORY / "docs" / "security" / "marts_publisher.sql").read_text().split(";")
    server.execute("create database marts_db")
    address = database.partition("@")[2].partition("/")[0]
    with psycopg.connect(f"postgresql://erp_owner:secret@{address}/marts_db", autocommit=True) as administrator:
        if administrator.execute("select from pg_roles where rolname = 'marts_reader'").rowcount:
            statements = [statement for statement in statements if "create role marts_reader" not in statement]
        for statement in statements:
            if statement.strip():
                administrator.execute(statement.encode())
    monkeypatch.setenv(postgres.VARIABLE, f"postgresql://marts_publisher:change-me@{address}/marts_db")
    assert postgres.publish(small).is_new
    publish_files.flip(small.serving, "1")
    assert postgres.publish(small).is_new
    publish_files.flip(small.serving, "2")
