"""Tools and resources of the MCP server. Each tool only reads; each error says what, where and what to do next."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial, wraps
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import duckdb
from mcp.server import MCPServer
from mcp.server.auth.provider import TokenVerifier
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resources import FunctionResource
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from consumption.read import catalogue, lineage, metrics, quality, search
from consumption.read.explain import unreadable
from consumption.read.reader import MOST_ROWS, ROWS, Reader, query
from consumption.read.waiting import in_thread
from orchestration.errors import GhalaError

INSTRUCTIONS = f"""\
Ghala is a supply-chain data warehouse: a star schema of DuckDB tables, published as versions, read-only here.
Start with list_marts, then describe the tables you need. Prefer query_metric (list_metrics) where a governed metric
answers the question: its definition is the one everybody uses. query_sql takes one SELECT in DuckDB's dialect, gives
at most {MOST_ROWS:,} rows and says when there were more. Never join two facts row by row: aggregate each to shared
dimensions first. Dimensions keep history: a fact's key leads to the version of that time, is_current to today's.
Times are UTC, business_date is the day in Nairobi, money is KES. Personal data are masked or not served.
Say data_as_of and version with an answer; quality_status tells what is late or failing."""
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
Table = Annotated[str, Field(description="Name of a table, such as fct_order_lines.", max_length=200)]
Rows = Annotated[int, Field(description=f"Most rows to give, up to {MOST_ROWS}.", ge=1)]


class Access(NamedTuple):
    """Who may call over HTTP."""

    verifier: TokenVerifier
    settings: AuthSettings


def make(reader: Reader, access: Access | None = None) -> MCPServer[Any]:
    """The server with its tools and resources; nothing runs yet. Over stdio whoever started it has access."""
    server: MCPServer[Any] = MCPServer(
        "ghala",
        title="Ghala",
        instructions=INSTRUCTIONS,
        log_level="WARNING",
        token_verifier=access.verifier if access else None,
        auth=access.settings if access else None,
    )

    def tool(function: Callable[..., dict[str, Any]]) -> None:
        server.add_tool(_told(function), annotations=READS, structured_output=False)

    def list_marts() -> dict[str, Any]:
        """All published tables: what each holds, one row per what, who answers for it, how fresh it is."""
        return catalogue.tables(reader)

    def describe(name: Table) -> dict[str, Any]:
        """One table in full: grain, columns with meaning and how to add them, owner, tests and how they ended,
        freshness, sources."""
        return catalogue.describe(reader, name)

    def list_metrics() -> dict[str, Any]:
        """The governed metrics: definition, owner, dimensions and grains each can be asked by."""
        return metrics.listed(reader)

    def query_metric(  # noqa: PLR0917  (an agent gives them by name)
        names: Annotated[list[str], Field(description="One or more metrics, as list_metrics names them.")],
        by: Annotated[list[str] | None, Field(description="Dimensions to group by.")] = None,
        grain: Annotated[str | None, Field(description="day, week, month, quarter or year")] = None,
        where: Annotated[str | None, Field(description="A filter over dimensions.", max_length=2000)] = None,
        start: Annotated[date | None, Field(description="First day, YYYY-MM-DD.")] = None,
        end: Annotated[
            date | None, Field(description="Last day, YYYY-MM-DD; the last closed one unless given.")
        ] = None,
        limit: Rows = ROWS,
    ) -> dict[str, Any]:
        """Governed metrics by dimensions and time. Ratios are computed right for every grouping."""
        return metrics.asked(reader, metrics.Question(tuple(names), tuple(by or ()), grain, where, start, end), limit)

    def query_sql(
        sql: Annotated[str, Field(description="One SELECT over published tables, DuckDB dialect.")],
        limit: Rows = ROWS,
    ) -> dict[str, Any]:
        """One SELECT over the published tables. `truncated` says whether rows are missing, `hint` how to narrow."""
        return query(reader, sql, limit)

    def show_lineage(name: Table) -> dict[str, Any]:
        """What a mart is made of, back to the source tables and their contracts, and who reads it."""
        return lineage.lineage(reader, name)

    def quality_status(
        mart: Annotated[str | None, Field(description="One table; everything unless given.", max_length=200)] = None,
    ) -> dict[str, Any]:
        """How far the data can be trusted now: gates, failing tests, late sources, incidents, quarantine."""
        return quality.status(reader, mart)

    def search_docs(
        question: Annotated[str, Field(description="A few words.", max_length=500)],
        limit: Annotated[int, Field(ge=1, le=20)] = 5,
    ) -> dict[str, Any]:
        """Search data dictionary, cookbook of questions with SQL, runbooks and decisions."""
        return {"passages": search.search(reader.settings.project / "docs", question, limit)}

    show_lineage.__name__ = "lineage"  # the module of that name is used inside
    for function in (list_marts, describe, list_metrics, query_metric, query_sql, show_lineage, quality_status):
        tool(function)
    tool(search_docs)
    _add_documents(server, reader.settings.project / "docs")
    return server


def _add_documents(server: MCPServer[Any], docs: Path) -> None:
    """Each page of the dictionary and each query of the cookbook as a resource; no template takes a path."""
    for kind, pattern, mime in (("dictionary", "*.md", "text/markdown"), ("cookbook", "*.*", "text/plain")):
        for file in sorted((docs / kind).glob(pattern)):
            server.add_resource(
                FunctionResource.from_function(
                    fn=lambda file=file: file.read_text(encoding="utf-8"),
                    uri=f"ghala://{kind}/{file.stem}",
                    name=f"{kind}/{file.stem}",
                    description=_title(file),
                    mime_type=mime,
                )
            )


def _title(file: Path) -> str:
    lines = (line.lstrip("#- ").strip() for line in file.read_text(encoding="utf-8").splitlines())
    return next((line for line in lines if line and not line.startswith("<!")), file.stem)


def _told(function: Callable[..., dict[str, Any]]) -> Callable[..., Awaitable[CallToolResult]]:
    """The function, in a thread, with its answer as compact JSON; foreseen errors are said as they are."""

    @wraps(function)
    async def wrapped(*args: Any, **kwargs: Any) -> CallToolResult:
        try:
            answer = await in_thread(partial(function, *args, **kwargs))
        except GhalaError as error:
            raise ToolError(str(error)) from error
        except duckdb.Error as error:
            raise ToolError(str(unreadable(str(error)))) from error
        text = json.dumps(answer, ensure_ascii=False, default=str, separators=(",", ":"))
        return CallToolResult(content=[TextContent(type="text", text=text)])

    return wrapped
