"""Runs the MCP server: over stdio for a client that starts it, or over HTTP with a token."""

import hmac
import os
import signal
import sys

import uvicorn
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.settings import AuthSettings
from pydantic import AnyHttpUrl
from starlette.types import ASGIApp

from consumption.mcp_server.server import Access, make
from consumption.read.pool import Pool
from consumption.read.reader import Reader
from consumption.web import HOST, config
from orchestration.config import Settings
from orchestration.errors import ConfigError

TOKEN = "GHALA_MCP_TOKEN"  # noqa: S105  (the name of the variable, not a token)
SHORTEST = 16  # characters: what cannot be guessed in a lifetime of tries over a network
IDLE = 600.0  # seconds until a session that its client has left is forgotten


class OneToken(TokenVerifier):
    """Knows one token, compared in constant time."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    async def verify_token(self, token: str) -> AccessToken | None:
        if not hmac.compare_digest(token.encode(), self._token):
            return None
        return AccessToken(token=token, client_id="agent", scopes=[])


def serve(settings: Settings, port: int | None) -> None:
    """Serve until the client ends (stdio: no port) or the process is stopped. Raises ConfigError without a token."""
    pool = Pool()
    reader = Reader(settings, pool)
    try:
        if port is None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # asyncio waits for the thread that reads stdin, for ever
            make(reader).run("stdio")
        else:
            app = http_app(reader, token_of(os.environ.get(TOKEN)), port)
            sys.stderr.write(f"MCP server: http://{HOST}:{port}/mcp (stop with Ctrl-C)\n")
            uvicorn.Server(config(app, port)).run()
    finally:
        pool.close()


def token_of(given: str | None) -> str:
    """The token of the environment. Raises ConfigError where there is none, or a short one."""
    if given and len(given) >= SHORTEST and given.isascii():
        return given
    raise ConfigError(
        f"{TOKEN} is {'too short' if given else 'not set'}, and over HTTP nobody is served without a token",
        f"environment variable {TOKEN}",
        f"make one (openssl rand -hex 32), put it into $GHALA_HOME/.env as {TOKEN}=…; or serve over stdio: ghala mcp",
    )


def http_app(reader: Reader, token: str, port: int) -> ASGIApp:
    """The server as an ASGI application at /mcp: bearer token, Host and Origin of this machine only."""
    settings = AuthSettings(issuer_url=AnyHttpUrl(f"http://{HOST}:{port}"), resource_server_url=None)
    server = make(reader, Access(OneToken(token), settings))
    return server.streamable_http_app(host=HOST, session_idle_timeout=IDLE, max_request_body_size=1 << 20)
