"""How the HTTP servers of this machine run: a bound on clients, and none that stays silent keeps a place."""

import asyncio

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST = "127.0.0.1"
CLIENTS = 64  # connections at once: a further one gets 503 at once, and a slow one holds no more than its own
IDLE = 5  # seconds until a connection is closed that asks nothing more
WHOLE = 10.0  # seconds in which the head of a request has to come


class Impatient(H11Protocol):
    """Closes a connection whose request does not come: uvicorn waits for ever, and 64 of them would be all places."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(WHOLE, self.timeout_keep_alive_handler)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def config(app: ASGIApp, port: int) -> uvicorn.Config:
    """How uvicorn runs an application."""
    return uvicorn.Config(
        app,
        host=HOST,
        port=port,
        http=Impatient,
        limit_concurrency=CLIENTS,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=3,
        log_level="warning",
    )
