"""What is published comes, goes and breaks while servers run: they say so, live on, and serve the next good version."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from fastapi.testclient import TestClient

from consumption.api.app import make
from consumption.read.errors import ReadError, Reason
from consumption.read.pool import Pool
from consumption.read.reader import Reader, query
from consumption.read.rows import Page, page
from orchestration.publish_files import LINK, current, data_file, flip, versions
from tests.python.consumption.agents.conftest import SECRET, settings_of


@pytest.fixture
def moving(published: Path, tmp_path: Path) -> Iterator[Reader]:
    """A reader of a copy of the published world, in which versions may come and go."""
    home = tmp_path / "home"
    for name in ("serving", "state"):
        shutil.copytree(published / name, home / name, symlinks=True)
    pool = Pool(workers=1)
    yield Reader(settings_of(home), pool)
    pool.close()


def test_a_new_version_is_served_and_pages_do_not_mix(moving: Reader) -> None:
    serving = moving.settings.serving
    new, old = versions(serving)[:2]
    flip(serving, old)
    assert query(moving, "select 1")["version"] == old
    first = page(moving, "dim_product", Page(rows=5))
    flip(serving, new)
    assert query(moving, "select 1")["version"] == new
    with pytest.raises(ReadError, match="was published since") as changed:
        page(moving, "dim_product", Page(rows=5, after=first["next"]))
    assert changed.value.reason is Reason.CHANGED


def test_a_version_that_is_deleted_while_it_is_open_is_still_answered(moving: Reader) -> None:
    serving = moving.settings.serving
    new, old = versions(serving)[:2]
    flip(serving, old)
    before = query(moving, "select count(*) from fct_order_lines")["rows"]
    data_file(serving, old).rename(serving / "away")
    (serving / "away").unlink()
    assert query(moving, "select count(*) from fct_order_lines")["rows"] == before
    _kill(moving)  # the next worker cannot open it any more
    with pytest.raises(ReadError) as gone:
        query(moving, "select count(*) from fct_order_lines")
    assert gone.value.reason is Reason.BROKEN
    flip(serving, new)
    assert query(moving, "select count(*) from fct_order_lines")["rows"][0][0] >= before[0][0]


def test_nothing_published(tmp_path: Path) -> None:
    reader = Reader(settings_of(tmp_path), Pool(workers=1))
    with pytest.raises(ReadError, match="nothing is published") as nothing:
        query(reader, "select 1")
    assert "ghala run" in nothing.value.next_step
    health = TestClient(make(reader, (SECRET,))).get("/health")
    assert health.status_code == 503 and health.json()["next"] and health.headers["retry-after"]
    reader.pool.close()


@pytest.mark.parametrize("kept", [0, 100, 4096 * 3, 0.5])
def test_a_half_written_file_is_said_to_be_broken_and_the_next_is_served(moving: Reader, kept: float) -> None:
    serving = moving.settings.serving
    new, old = versions(serving)[:2]
    flip(serving, old)
    with data_file(serving, old).open("r+b") as file:
        file.truncate(int(kept * data_file(serving, old).stat().st_size) if kept < 1 else int(kept))
    api = TestClient(make(moving, (SECRET,)), headers={"X-API-Key": SECRET})
    answer = api.get("/marts/fct_order_lines/rows?limit=1000")
    assert answer.status_code == 503, answer.text
    assert "cannot be read" in answer.json()["detail"] and answer.json()["next"]
    for path in ("/health", "/marts", "/marts/fct_order_lines", "/quality", "/metrics"):
        said = api.get(path)
        assert said.status_code == 200 or (said.status_code, bool(said.json()["next"])) == (503, True), said.text
    flip(serving, new)
    assert api.get("/marts/fct_order_lines/rows?limit=1000").status_code == 200
    assert current(serving) == new and (serving / LINK).exists()


def test_a_file_that_lacks_what_is_asked_is_said_to_be_broken_by_every_route(moving: Reader) -> None:
    serving = moving.settings.serving
    new, old = versions(serving)[:2]
    data_file(serving, old).unlink()
    duckdb.connect(str(data_file(serving, old))).close()
    flip(serving, old)
    api = TestClient(make(moving, (SECRET,)), headers={"X-API-Key": SECRET}, raise_server_exceptions=False)
    for path in ("/health", "/marts", "/quality"):
        said = api.get(path)
        assert said.status_code == 503 and "cannot be read" in said.json()["detail"] and said.json()["next"]
    flip(serving, new)
    assert api.get("/quality").status_code == 200


def test_without_its_manifest_a_version_is_not_served(moving: Reader) -> None:
    for file in (moving.settings.home / "state").glob("manifest-*"):
        file.unlink()
    with pytest.raises(ReadError, match="which of its columns are personal"):
        query(moving, "select 1")


def test_a_worker_that_dies_is_replaced(moving: Reader) -> None:
    query(moving, "select 1")
    _kill(moving)
    assert query(moving, "select 2")["rows"] == [[2]]


def _kill(reader: Reader) -> None:
    worker = reader.pool._idle.queue[-1]
    assert worker
    worker._process.kill()
    worker._process.wait()
