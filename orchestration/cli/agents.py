"""Commands that serve agents and programs: mcp."""

from typing import Annotated

import typer

from orchestration.config import settings
from orchestration.errors import GhalaError

PORT = 8733  # of the MCP server, and the API on the next; above the ports that other tools of a data team take


def mcp(
    http: Annotated[bool, typer.Option("--http", help="Over HTTP with a token, in place of stdio.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1, with --http.")] = PORT,
) -> None:
    """Answer an AI agent over the Model Context Protocol: metadata, metrics and SQL, read-only and bounded."""
    try:
        from consumption.mcp_server import serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise _lacks(error) from error
    serve.serve(settings(), port if http else None)


def _lacks(error: ModuleNotFoundError) -> GhalaError:
    return GhalaError(f"the package {error.name} is not installed", "the environment", "install it: make ui (extra ui)")


COMMANDS = ((mcp, "ghala mcp"),)
