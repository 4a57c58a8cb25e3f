"""An application behind a real server of this process, with the limits that Ghala gives it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from consumption.web import config


@contextmanager
def served(app: Callable[[int], ASGIApp]) -> Iterator[int]:
    """The port of a real server."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        server = uvicorn.Server(config(app(port), port))
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        listening.listen()
        try:
            yield port
        finally:
            server.should_exit = True
            running.join()
