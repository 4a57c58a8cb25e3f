"""A home whose published version a test can flip, and a database of its own to publish to."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import duckdb
import psycopg
import pytest

from consumption.bi.postgres import VARIABLE
from orchestration import publish_files
from orchestration.config import REPOSITORY, Settings

numbers = count(1)


def mirror(published: Path, folder: Path) -> Settings:
    """A home of one's own with the files of the shared one; only the link to the current version is a copy."""
    serving = folder / "serving"
    serving.mkdir(parents=True)
    for file in (published / "serving").glob("ghala-*"):
        (serving / file.name).symlink_to(file)
    (folder / "state").symlink_to(published / "state")
    publish_files.flip(serving, publish_files.versions(serving)[0])
    return Settings(home=folder, project=REPOSITORY, start_date=None)


@pytest.fixture(scope="module")
def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home with two published versions; readers see the newest."""
    return mirror(published, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with two versions of one fact of 1,000 and 2,000 rows; readers see the newer."""
    folder = tmp_path_factory.mktemp("small")
    serving = folder / "serving"
    serving.mkdir()
    for version, rows in (("1", 1000), ("2", 2000)):
        with duckdb.connect(str(publish_files.data_file(serving, version))) as file:
            file.execute("create schema marts")
            file.execute(
                "create table marts.fct_order_lines as select i as order_id, date '2026-01-01' as business_date"
                f" from range({rows}) as t (i)"
            )
        facts = {"version": version, "created_at": f"2026-01-0{version}T00:00:00+00:00"}
        publish_files.facts_file(serving, version).write_text(json.dumps(facts))
    publish_files.flip(serving, "2")
    return Settings(home=folder, project=REPOSITORY, start_date=None)


@pytest.fixture(scope="module")
def database(postgres: str) -> Iterator[str]:
    """The DSN of a new database; publications of this module go there."""
    name = f"bi_{next(numbers)}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f'create database "{name}"'.encode())
    dsn = f"{postgres.rpartition('/')[0]}/{name}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, dsn)
        yield dsn
