"""A path stands in SQL as it is, and a home whose path dbt and DuckDB would read as something else is refused."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from orchestration import config, serving
from orchestration.config import REPOSITORY
from orchestration.errors import ConfigError
from orchestration.ops import star
from orchestration.publish_files import LINK
from orchestration.quoting import identifier, literal

HOSTILE = ["it's", '"', "';--", "''", "\\", "a\nb", "$1", "%s", "{}"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_and_a_name_come_back_as_they_were(text: str) -> None:
    answer = duckdb.connect().execute(f"select {literal(text)} as {identifier(text)}")
    assert answer.description is not None
    assert ([column[0] for column in answer.description], answer.fetchall()) == ([text], [(text,)])


def test_there_is_one_way_to_quote() -> None:
    by_hand = re.compile(r"""(attach|read_\w+\()\s*'\{(?!\{)|replace\((\"'\", |'\"', )""", re.IGNORECASE)
    code = (file for folder in ("orchestration", "consumption") for file in (REPOSITORY / folder).rglob("*.py"))
    assert [file.name for file in code if by_hand.search(file.read_text())] == ["quoting.py"]


def test_files_below_a_folder_with_a_quote_are_read(tmp_path: Path) -> None:
    home = tmp_path / "mary's; drop"
    home.mkdir()
    with duckdb.connect(str(home / LINK)) as published:
        published.execute("create schema marts; create table marts.t as select 1 as x")
    assert serving.ask(home, "select x from t")[1] == [(1,)]
    with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:
        warehouse.execute("create table w as select 2 as x")
    (home / "bronze").mkdir()
    (home / "bronze" / "manifest.jsonl").write_text(json.dumps({"source": "s", "table": "t", "load_number": 7}) + "\n")
    with star.open_star(home / "star.duckdb", home / "warehouse.duckdb") as connection:
        assert connection.sql("select x from warehouse.w").fetchall() == [(2,)]
        star.make_tables(connection)
        star.fill_loads(connection, home)
    with star.in_memory(home / "star.duckdb") as connection:
        assert connection.sql("select load_number from ops.source_load").fetchall() == [(7,)]


@pytest.mark.parametrize("name", ["mary's", 'a"b', "a\\b", "a*", "a?", "a[1]"])
def test_a_home_that_dbt_or_duckdb_cannot_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("GHALA_HOME", str(tmp_path / name / "data"))
    with pytest.raises(ConfigError, match="cannot read it") as refused:
        config.settings()
    assert refused.value.exit_code == 2
    assert not (tmp_path / name).exists()


def test_any_other_home_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "a b-ü {c} $d;(1)"
    monkeypatch.setenv("GHALA_HOME", str(home))
    assert config.settings().home == home
