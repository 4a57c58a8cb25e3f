"""No shell is made from input, names cannot break out of SQL, and what is installed is what was locked."""

import ast
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from orchestration import serving
from orchestration.config import REPOSITORY
from orchestration.errors import ConfigError
from orchestration.publish_files import LINK
from tests.python.ingest.project import Project, contract, make

SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "eval", "exec", "os.spawnl",
          "asyncio.create_subprocess_shell", "pickle.loads", "pickle.load", "yaml.load"}  # fmt: skip
NAMES = st.text(st.sampled_from("ab'\";)(-[]*%{}\\/`$ é\n�"), min_size=1, max_size=12).map(lambda text: f"x{text}")
PINNED = re.compile(r"[A-Za-z0-9._\[\],-]+==[^\s;]+( ;[^#]*?)?\s+--hash=sha256:[0-9a-f]{64}")
QUIET = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def calls() -> Iterator[tuple[str, ast.Call]]:
    for folder in ("orchestration", "simulator"):
        for file in sorted((REPOSITORY / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    yield f"{file.relative_to(REPOSITORY)}:{node.lineno}", node


def test_no_shell_is_started() -> None:
    found = []
    for where, call in calls():
        name = ast.unparse(call.func)
        in_shell = [word.arg for word in call.keywords if word.arg == "shell"]
        if name in SHELLS or in_shell:
            found.append(f"{where} {name}")
    assert found == []


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a published version of one table."""
    import duckdb  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("published")
    with duckdb.connect(str(folder / LINK)) as connection:
        connection.execute("create schema marts; create table marts.t as select 1 as x")
    return folder


@pytest.mark.parametrize(
    "statement",
    [
        "insert into t values (2)", "drop table t", "create table u (x int)", "select * from read_csv('/etc/passwd')",
        "copy t to '/tmp/t.csv'", "attach '/tmp/u.duckdb'", "set enable_external_access = true", "install httpfs",
        "select 1; drop table t", "select getenv('GHALA_HMAC_KEY')",
    ],
)  # fmt: skip
def test_a_query_reads_and_nothing_else(published: Path, statement: str) -> None:
    with pytest.raises(ConfigError):
        serving.ask(published, statement)
    assert serving.ask(published, "select x from t")[1] == [(1,)]


def columns(name: str) -> dict[str, dict[str, Any]]:
    return {
        "id": {"type": "BIGINT", "primaryKey": True, "physicalName": f"{name}k"},
        "value": {"type": "VARCHAR", "physicalName": name},
        "at": {"type": "TIMESTAMP", "physicalName": f"{name}t"},
    }


def landed(project: Project) -> list[tuple[Any, ...]]:
    return [row[:2] for row in project.rows(project.land()[0]).rows()]


@QUIET
@given(name=NAMES)
def test_any_name_in_sqlite_lands_or_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file = tmp_path / "shop.db"
    file.unlink(missing_ok=True)
    quoted = [f'"{part}"' for part in (one.replace('"', '""') for one in (name, f"{name}k", f"{name}t"))]
    with sqlite3.connect(file) as database:
        database.execute(f"create table {quoted[0]} ({quoted[1]} integer, {quoted[0]} text, {quoted[2]} text)")
        database.execute(f"insert into {quoted[0]} values (1, 'a', '2026-03-10 08:00:00')")
        database.execute("create table other (x)")
    how = {"type": "sqlite", "connection": "shop", "relation": name, "cursor": "at"}
    monkeypatch.setenv("GHALA_SHOP_FILE", str(file))
    project = make(tmp_path, contract(columns(name), how))
    assert landed(project) == [(1, "a")]
    with sqlite3.connect(file) as database:
        assert database.execute("select count(*) from other").fetchone() == (0,)


@QUIET
@given(name=NAMES)
def test_any_column_of_postgres_lands(
    tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    key, value, at = (sql.Identifier(text) for text in (f"{name}k", name, f"{name}t"))
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("drop table if exists hostile; create table if not exists other (x int)")
        owner.execute(sql.SQL("create table hostile ({} bigint, {} text, {} timestamptz)").format(key, value, at))
        owner.execute("insert into hostile values (1, 'a', '2026-03-10 08:00:00+00')")
        monkeypatch.setenv("GHALA_SHOP_DSN", postgres)
        how = {"type": "postgres", "connection": "shop", "relation": "public.hostile", "cursor": "at"}
        assert landed(make(tmp_path, contract(columns(name), how))) == [(1, "a")]
        assert owner.execute("select count(*) from other").fetchone() == (0,)


@pytest.mark.parametrize("relation", ['a"; drop table other; --', "a.b.c", "a b", "a'b", "../a", "pg_read_file('x')"])
def test_a_relation_of_postgres_is_a_name(tmp_path: Path, relation: str) -> None:
    how = {"type": "postgres", "connection": "shop", "relation": relation, "cursor": "at"}
    with pytest.raises(ConfigError, match="contract is broken"):
        _ = make(tmp_path, contract(columns("v"), how)).contracts


@QUIET
@given(name=st.text(st.sampled_from("ab'\";)(-[]*%{}\\ é"), min_size=1, max_size=12))
def test_any_file_name_lands(tmp_path: Path, name: str) -> None:
    how = {"type": "files", "connection": "drop", "path": "*.csv", "format": "csv"}
    project = make(tmp_path, contract(columns("v"), how))
    for file in project.drop.iterdir():
        file.unlink()
    project.send("vk,v,vt\n1,a,2026-03-10 08:00:00\n", f"{name}.csv")
    [record] = project.land()
    assert [note.name for note in record.files or ()] == [f"{name}.csv"] and record.rows == 1


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_requirement_is_pinned_with_its_hashes(name: str) -> None:
    text = (REPOSITORY / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert len(lines) > 100
    loose = [line[:80] for line in lines if not PINNED.match(line)]
    assert loose == []
    assert not re.search(r"https?://|git\+|file:", "\n".join(lines)), "an address in place of a version"
    assert not re.search(r"^\s*(--(extra-)?index-url|--trusted-host|-e)", text, re.MULTILINE)
