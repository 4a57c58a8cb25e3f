"""A real HTTP server whose answers a test decides."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TOKEN = "letmein"


@dataclass
class Api:
    """`answer(query, call number from 1)` gives a status, headers and body for each request."""

    url: str
    answer: Callable[[dict[str, str], int], tuple[int, dict[str, str], bytes]]
    requests: list[dict[str, str]] = field(default_factory=list)


def page(records: list[dict[str, Any]], cursor: str | None, total: int) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, json.dumps({"data": records, "next_cursor": cursor, "total": total}).encode()


@contextmanager
def serve() -> Iterator[Api]:
    """The API on a free port of 127.0.0.1."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api = Api(f"http://127.0.0.1:{port}", lambda query, call: page([], None, 0))

    def respond(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(b"{}", status_code=401)
        api.requests.append(dict(request.query_params))
        status, headers, body = api.answer(api.requests[-1], len(api.requests))
        return Response(body, status_code=status, headers=headers, media_type="application/json")

    app = Starlette(routes=[Route("/{path:path}", respond)])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield api
    finally:
        server.should_exit = True
        thread.join(10)
