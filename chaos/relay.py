"""Relays between Ghala and its sources that fail now and then: a TCP one for PostgreSQL, an HTTP one for the API."""

import json
import random
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

CUT = (2_000, 400_000)  # bytes after which a connection breaks off
KEPT_HEADERS = ("content-type", "retry-after", "www-authenticate")


@dataclass
class Weather:
    """How a relay behaves now. `share` of the calls fail; while `is_down` all do; `renamed` is a column of a drift."""

    draw: random.Random
    share: float = 0.0
    is_down: bool = False
    renamed: tuple[str, str] | None = None
    calls: int = 0
    failed: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def strikes(self) -> float | None:
        """Whether this call fails: a number from 0 to 1 that says how, or None."""
        with self._guard:
            self.calls += 1
            if not self.is_down and self.draw.random() >= self.share:
                return None
            self.failed += 1
            return 0.0 if self.is_down else self.draw.random()


@contextmanager
def tcp(host: str, port: int, weather: Weather) -> Iterator[int]:
    """Relay connections to a server; yields the port. A call is a connection: refused, or cut in the middle."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, host, port, weather), daemon=True).start()
        yield listening.getsockname()[1]


def _accept(listening: socket.socket, host: str, port: int, weather: Weather) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            how = weather.strikes()
            if how is not None and how < 0.5:
                _reset(client)
                continue
            try:
                server = socket.create_connection((host, port))
            except OSError:
                _reset(client)
                continue
            limit = None if how is None else int(CUT[0] + (how - 0.5) * 2 * (CUT[1] - CUT[0]))
            threading.Thread(target=_pump, args=(client, server, None), daemon=True).start()
            threading.Thread(target=_pump, args=(server, client, limit), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket, limit: int | None) -> None:
    """Copy bytes until one side ends, or `limit` bytes are over."""
    done = 0
    with suppress(OSError):
        while data := source.recv(65_536):
            done += len(data)
            if limit is not None and done > limit:
                _reset(source)
                break
            target.sendall(data)
    _reset(target) if limit is not None else _shut(target)


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_WR)


def _reset(one: socket.socket) -> None:
    """End a connection as a crashed peer does."""
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()


@contextmanager
def http(url: str, weather: Weather) -> Iterator[int]:
    """Relay requests to an API; yields the port. A call is a request: refused, 503, 429, or cut in its body."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            how = weather.strikes()
            if how is not None and how < 0.25:
                self.close_connection = True
                _reset(self.connection)
                return
            if how is not None and how < 0.75:
                status = 503 if how < 0.5 else 429
                self._answer(status, {"retry-after": "0"} if status == 429 else {}, b"{}", 0)
                return
            headers = {"Authorization": self.headers.get("authorization", "")}
            answer = client.get(self.path, headers=headers)
            body = answer.content if weather.renamed is None else _rename(answer.content, *weather.renamed)
            kept = {name: value for name, value in answer.headers.items() if name in KEPT_HEADERS}
            self._answer(answer.status_code, kept, body, len(body) // 2 if how is not None else 0)

        def _answer(self, status: int, headers: dict[str, str], body: bytes, missing: int) -> None:
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) - missing])
            if missing:
                self.wfile.flush()
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with httpx.Client(base_url=url, timeout=60) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            server.server_close()


def _rename(body: bytes, old: str, new: str) -> bytes:
    """An answer of the API with another name for a column of its records."""
    values = json.loads(body)
    records = [{new if name == old else name: v for name, v in record.items()} for record in values.get("data", [])]
    return json.dumps({**values, "data": records}).encode()
