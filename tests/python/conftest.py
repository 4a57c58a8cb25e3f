"""Real servers for tests: a throw-away PostgreSQL per session; two processes that share the folders of tests."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from simulator.config import Paths
from simulator.servers import postgres as server

# The longest folders first, so that neither process ends long before the other.
LONGEST = ("end_to_end", "transform", "security", "acceptance", "chaos", "examples")
HISTORIES, DIRTY = "transform/test_incremental_equals_full", "acceptance/test_dirty_world"


class FolderScheduling(LoadScopeScheduling):
    """A folder's tests share what is made once per session, so they stay in one process.

    Drawn histories and the dirty world share nothing: scopes of their own let them run beside the rest.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if HISTORIES in file:
            return nodeid
        return file if DIRTY in file else str(Path(*Path(file).parts[:3]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first; within a folder the order stays."""
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    if HISTORIES in nodeid:
        return len(LONGEST)  # in small portions: they fill what the long ones leave
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
