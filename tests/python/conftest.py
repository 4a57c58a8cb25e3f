"""Real servers for tests: a throw-away PostgreSQL per session."""

import socket
from collections.abc import Iterator

import pytest

from simulator.config import Paths
from simulator.servers import postgres as server


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
