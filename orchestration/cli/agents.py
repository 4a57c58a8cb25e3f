"""Commands that serve agents and programs: mcp, api."""

from typing import Annotated

import typer

from orchestration.config import settings
from orchestration.errors import GhalaError

MCP_PORT, API_PORT = 8733, 8734  # two in a row that no tool of a data team takes


def mcp(
    http: Annotated[bool, typer.Option("--http", help="Over HTTP with a token, in place of stdio.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1, with --http.")] = MCP_PORT,
) -> None:
    """Answer an AI agent over the Model Context Protocol: metadata, metrics and SQL, read-only and bounded."""
    try:
        from consumption.mcp_server import serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise _lacks(error) from error
    serve.serve(settings(), port if http else None)


def api(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = API_PORT,
) -> None:
    """Answer programs over HTTP: metadata, rows, metrics and quality, with keys, described by OpenAPI."""
    try:
        from consumption.api import serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise _lacks(error) from error
    serve.serve(settings(), port)


def _lacks(error: ModuleNotFoundError) -> GhalaError:
    return GhalaError(f"the package {error.name} is not installed", "the environment", "install it: make ui (extra ui)")


COMMANDS = (
    (mcp, "ghala mcp --http --port 8733"),
    (api, "ghala api --port 8734"),
)
