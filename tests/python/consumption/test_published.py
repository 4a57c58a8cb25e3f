"""The published file opened: by many readers over a rollback, and when it is damaged."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from consumption import published
from orchestration import serving
from orchestration.errors import GhalaError
from orchestration.publish_files import data_file, facts_file, flip

HEAD, BLOCK = 3 * 4096, 256 * 1024  # bytes of a DuckDB file: its headers, and each block after them


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two published versions, a and b; b is the one that readers see."""
    for version in ("a", "b"):
        with duckdb.connect(str(data_file(tmp_path, version))) as connection:
            connection.execute("create schema marts; create table marts.t as select random() x from range(400000)")
        facts_file(tmp_path, version).write_text("{}")
    flip(tmp_path, "b")
    return tmp_path


@pytest.fixture(autouse=True)
def _closed(tmp_path: Path) -> Iterator[None]:
    yield
    for file in [one for one in published._open if one.parent == tmp_path]:
        del published._open[file]


def test_a_version_that_comes_back_is_read_while_a_reader_of_before_is_still_there(folder: Path) -> None:
    _, still_reading = published.cursor(folder)
    flip(folder, "a")
    assert published.cursor(folder)[0] == "a"
    flip(folder, "b")
    version, again = published.cursor(folder)
    assert version == "b"
    for cursor in (still_reading, again):
        assert cursor.execute("select count(*) from marts.t").fetchone() == (400_000,)
        for open_it in ("set enable_external_access = true", "set lock_configuration = false", "from '/etc/passwd'"):
            with pytest.raises(duckdb.Error):
                cursor.execute(open_it)


@pytest.mark.parametrize("kept", [0, 100, HEAD, HEAD + BLOCK])
def test_a_half_written_file_is_said_to_be_one(folder: Path, kept: int) -> None:
    with data_file(folder, "b").open("r+b") as file:
        file.truncate(kept)
    for read in (lambda: serving.ask(folder, "select 1"), lambda: published.cursor(folder)):
        with pytest.raises(GhalaError, match="the published version cannot be read") as told:
            read()
        assert told.value.where.endswith("ghala-b.duckdb") and "ghala rollback" in told.value.next_step


def test_a_damaged_block_is_not_the_fault_of_the_statement(folder: Path) -> None:
    with data_file(folder, "b").open("r+b") as file:
        file.seek(HEAD + 2 * BLOCK)
        file.write(bytes(BLOCK))
    assert serving.ask(folder, "select 1 as one") == (["one"], [(1,)])
    with pytest.raises(GhalaError, match="the published version cannot be read") as told:
        serving.ask(folder, "select sum(x) from t")
    assert told.value.exit_code == 1 and "ghala rollback" in told.value.next_step
