"""The commerce API as an ASGI application: cursor paging over pre-rendered day files."""

from __future__ import annotations

import base64
import binascii
import hmac
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.servers.pages import Library, Position
from simulator.sinks.api_store import RESOURCES

DEFAULT_LIMIT, MAX_LIMIT = 1000, 5000
Handler = Callable[[Request], Awaitable[Response]]


def problem(status: int, title: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An error as JSON: {"error": …}."""
    return JSONResponse({"error": title}, status_code=status, headers=headers)


def parse_time(text: str | None, default: int) -> int:
    """ISO 8601 to microseconds UTC; without an offset it is UTC. Raises ValueError."""
    if text is None:
        return default
    # A plus sign that was not encoded arrives as a blank.
    moment = datetime.fromisoformat(text.replace(" ", "+") if text.count(" ") == 1 and "T" in text else text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def encode_cursor(position: Position) -> str:
    """An opaque text for "behind this record"."""
    return base64.urlsafe_b64encode(f"{position[0]}.{position[1]}".encode()).decode().rstrip("=")


def decode_cursor(text: str | None) -> Position | None:
    """The reverse of `encode_cursor`. Raises ValueError for anything else."""
    if not text:
        return None
    try:
        updated, key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".")
        return int(updated), int(key)
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("cursor") from error


def make_app(folder: Path, token: str, rate_limit: int, world: str) -> Starlette:
    """The application.

    rate_limit: every n-th data request is answered 429 with Retry-After: 1 (0: never). world: shown by /health.
    """
    library = Library(folder)
    requests = itertools.count(1)

    def refusal(request: Request) -> Response | None:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return problem(401, "missing or wrong bearer token", {"WWW-Authenticate": "Bearer"})
        if rate_limit and next(requests) % rate_limit == 0:
            return problem(429, "too many requests", {"Retry-After": "1"})
        return None

    def listing(resource: str) -> Handler:
        async def handle(request: Request) -> Response:
            refused = refusal(request)
            if refused is not None:
                return refused
            query = request.query_params
            try:
                since = parse_time(query.get("updated_since"), 0)
                before = parse_time(query.get("updated_before"), 2**62)
                limit = int(query.get("limit", DEFAULT_LIMIT))
                after = decode_cursor(query.get("cursor"))
            except ValueError as error:
                return problem(400, f"bad parameter: {error}")
            if limit < 1:
                return problem(400, "bad parameter: limit must be at least 1")
            page = library.page(resource, since=since, before=before, limit=min(limit, MAX_LIMIT), after=after)
            cursor = f'"{encode_cursor(page.last)}"' if page.last is not None else "null"
            body = b'{"data":[' + page.text + f'],"next_cursor":{cursor},"total":{page.total}}}'.encode()
            return Response(body, media_type="application/json")

        return handle

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "world": world, "through": library.through()})

    async def missing(_: Request, __: Exception) -> Response:
        return problem(404, "no such resource")

    routes = [Route(f"/v1/{name}", listing(name)) for name in RESOURCES]
    return Starlette(routes=[*routes, Route("/health", health)], exception_handlers={404: missing})
