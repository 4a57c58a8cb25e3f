"""Clients that connect and ask nothing, or half of it, lose their place; the others do not notice."""

import socket
import time

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from consumption import web
from tests.python.consumption.agents.served import served

SECONDS = 1.0  # in place of ten
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"


async def _page(_: Request) -> PlainTextResponse:
    return PlainTextResponse("here")


PAGE = Starlette(routes=[Route("/", _page)])


def _client(port: int, sent: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=10 * SECONDS)
    client.sendall(sent)
    return client


def test_who_does_not_ask_loses_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "WHOLE", SECONDS)
    with served(lambda _: PAGE) as port:
        asked = _client(port, HEAD + b"\r\n")
        assert b"here" in asked.recv(1000)
        asked.sendall(HEAD)  # half of a second one
        for client in (_client(port, b""), _client(port, HEAD), asked):
            assert client.recv(1000) == b""
            client.close()


def test_who_asks_drop_by_drop_gains_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "WHOLE", SECONDS)
    with served(lambda _: PAGE) as port:
        client = _client(port, HEAD)
        begun = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() < begun + 10 * SECONDS:
                client.sendall(b"X-A: b\r\n")
                time.sleep(SECONDS / 10)
        client.close()


def test_silent_clients_do_not_shut_out_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "WHOLE", SECONDS)
    with served(lambda _: PAGE) as port:
        silent = [_client(port, b"") for _ in range(web.CLIENTS)]
        for client in silent:
            assert client.recv(1000) == b""
        with _client(port, HEAD + b"Connection: close\r\n\r\n") as client:
            assert b"200 OK" in client.recv(1000)
        for client in silent:
            client.close()
