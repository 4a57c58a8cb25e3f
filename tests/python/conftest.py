"""Real servers for tests: a throw-away PostgreSQL per session; two processes that share the folders of tests."""

import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from simulator.config import Paths
from simulator.servers import postgres as server
from tests.python.end_to_end.retailer import Retailer

# The longest folders first, so that neither process ends long before the other.
LONGEST = ("end_to_end", "transform", "security", "acceptance", "chaos", "examples")
HISTORIES, DIRTY = "transform/test_incremental_equals_full", "acceptance/test_dirty_world"
READERS = "tests/python/consumption"

# Two processes of tests share two cores: a build in one thread takes 12.1 CPU s, in two 14.1. What is typed as a person
# types it (Retailer) has the usual two.
os.environ.setdefault("GHALA_THREADS", "1")
# A build on a Sunday tests all of history: the tests would say another thing on that day.
os.environ.setdefault("GHALA_FULL_TESTS", "never")

# A parsed project is a million objects that stay; to look through all of them so often is 8 % of a parse.
gc.set_threshold(200_000, 20, 100)


class FolderScheduling(LoadScopeScheduling):
    """A folder's tests share what is made once per session, so they stay in one process.

    Drawn histories and the dirty world share nothing, and the world of readers is shared by all processes: scopes of
    their own let them run beside the rest.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if HISTORIES in file:
            return nodeid
        return file if DIRTY in file or file.startswith(READERS) else str(Path(*Path(file).parts[:3]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first; within a folder the order stays."""
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    if HISTORIES in nodeid:
        return len(LONGEST)  # in small portions: they fill what the long ones leave
    if nodeid.startswith(READERS):
        return len(LONGEST) + 2  # last: by then the published world is there, and nobody waits for it
    folder = Path(nodeid).parts[2]
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How the processes share the tests."""
    return FolderScheduling(config, log)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DSN of the superuser of an empty PostgreSQL on 127.0.0.1: database `postgres`, password `secret`."""
    paths = Paths(tmp_path_factory.mktemp("postgres"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server.make_cluster(paths, "secret")
    server.start_server(paths, port)
    try:
        yield f"postgresql://{server.OWNER}:secret@127.0.0.1:{port}/postgres"
    finally:
        server.stop_server(paths)


@pytest.fixture(scope="session")
def home_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One GHALA_HOME for all tests that build models in this process: dbt parses all anew (8 s) when it changes."""
    return tmp_path_factory.mktemp("dbt") / "home"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The home of a small warehouse with two published versions, made once for all processes: only read it.

    60 products, 3 warehouses, 31 days; its sources do not run.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    retailer, made = Retailer(shared / "published"), shared / "published.made"
    with FileLock(shared / "published.lock"):
        if not made.exists():
            try:
                retailer.type("simulator", "start", "--skus", "60", "--warehouses", "3", "--days", "30")
                retailer.type("orchestration", "init")
                retailer.type("orchestration", "run", "--to", retailer.type("simulator", "today"))
                retailer.type("simulator", "next-day")
                retailer.type("orchestration", "run", "--to", retailer.type("simulator", "today"))
            finally:
                retailer.type("simulator", "stop")
            made.touch()
    return retailer.home
