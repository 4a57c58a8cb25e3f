"""Whether anybody still waits for an answer. A query that nobody waits for is stopped: others need its worker."""

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

import anyio.to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

T = TypeVar("T")
_gone: ContextVar[threading.Event | None] = ContextVar("gone", default=None)  # threads that answer inherit it


def is_over() -> bool:
    """Whether whoever asked has gone or has taken the question back."""
    gone = _gone.get()
    return gone is not None and gone.is_set()


async def in_thread(answer: Callable[[], T]) -> T:
    """What `answer` gives, from a thread. Where this is cancelled, the query that the thread waits for is stopped."""
    gone = threading.Event()
    _gone.set(gone)
    try:
        return await anyio.to_thread.run_sync(answer, abandon_on_cancel=True)
    finally:
        gone.set()


class Watched:
    """An application whose requests have no body: all that can come after the head is that the client has gone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        gone = threading.Event()
        _gone.set(gone)
        watching = asyncio.create_task(_watch(receive, gone))
        try:
            await self._app(scope, _no_body, send)
        finally:
            watching.cancel()


async def _watch(receive: Receive, gone: threading.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
