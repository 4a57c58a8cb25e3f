"""A real MCP client, over both transports."""

import asyncio
import json
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from consumption.mcp_server.serve import token_of
from orchestration.errors import ConfigError
from tests.python.consumption.agents.conftest import SECRET, command, environment

TOOLS = {
    "list_marts", "describe", "list_metrics", "query_metric", "query_sql", "lineage", "quality_status", "search_docs",
}  # fmt: skip
HOSTILE = (
    "select * from read_text('/etc/passwd')",
    "copy (select 1) to '/tmp/x'",
    "select count(*) from range(1000000000000) a, range(1000000) b",
    "select lpad('x', 1900000000, 'y')",
    "select 1; select 2",
    "selct",
)
HANDSHAKE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@asynccontextmanager
async def over_stdio(home: Path) -> AsyncIterator[Client]:
    first, *words = command("mcp")
    started = StdioServerParameters(command=first, args=words, env=environment(home))
    async with Client(stdio_client(started)) as client:
        yield client


@asynccontextmanager
async def over_http(url: str, token: str) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60) as web,
        Client(streamable_http_client(url, http_client=web)) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def url(published: Path) -> Iterator[str]:
    """The address of a server over HTTP that runs as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = {**environment(published), "GHALA_MCP_TOKEN": SECRET}
    with subprocess.Popen(
        command("mcp", "--http", "--port", str(port)), env=started, stderr=subprocess.DEVNULL
    ) as server:
        address = f"http://127.0.0.1:{port}/mcp"
        while server.poll() is None:
            try:
                httpx.get(address, timeout=5)
                break
            except httpx.ConnectError:
                continue
        yield address
        server.terminate()


async def answer(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    text = result.content[0].text  # type: ignore[union-attr]
    assert not result.is_error, text
    return json.loads(text)


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)  # type: ignore[union-attr]


async def everything(client: Client) -> None:
    """What an agent does, from the first look to a wrong question."""
    listed = (await client.list_tools()).tools
    assert {tool.name for tool in listed} == TOOLS
    assert all(tool.annotations and tool.annotations.read_only_hint and tool.description for tool in listed)
    marts = await answer(client, "list_marts")
    assert {"dim_product", "fct_order_lines"} <= {mart["name"] for mart in marts["marts"]}
    assert all(mart["owner"] and mart["one_row_per"] for mart in marts["marts"])
    lines = await answer(client, "describe", name="fct_order_lines")
    assert lines["one_row_per"] == ["order_id", "line_no"]
    assert lines["freshness"]["data_as_of"] and lines["owner"]
    assert {test["status"] for test in lines["tests"]} <= {"pass", "success", "warn"}
    assert next(column for column in lines["columns"] if column["name"] == "qty")["additivity"] == "additive"
    rows = await answer(
        client, "query_sql", sql="select sku, sum(qty) q from fct_order_lines group by 1 order by 1", limit=5
    )
    assert rows["row_count"] == 5 and rows["truncated"] and rows["hint"] and rows["version"] == marts["version"]
    made = await answer(client, "lineage", name="fct_order_lines")
    assert "source commerce.order_lines" in made["made_of"] and made["sources"]
    assert (await answer(client, "quality_status"))["gates"]
    assert (await answer(client, "quality_status", mart="fct_payments"))["tests"] > 5
    assert (await answer(client, "search_docs", question="suspense money M-PESA"))["passages"]
    assert "did you mean dim_customer" in await refusal(client, "describe", name="dim_custome")
    assert "personal data" in await refusal(client, "query_sql", sql="select manager_name from dim_warehouse")
    resources = {str(one.uri) for one in (await client.list_resources()).resources}
    assert {"ghala://dictionary/dim_product", "ghala://cookbook/04_supplier_scorecard"} <= resources
    page = await client.read_resource("ghala://dictionary/dim_product")
    assert "# dim_product" in page.contents[0].text  # type: ignore[union-attr]
    with pytest.raises(Exception, match=r"(?i)not found|unknown|invalid"):
        await client.read_resource("ghala://dictionary/..%2f..%2f..%2fetc%2fpasswd")


async def measures(client: Client) -> None:
    names = [metric["name"] for metric in (await answer(client, "list_metrics"))["metrics"]]
    measured = await answer(client, "query_metric", names=names[:1], grain="month")
    assert [column["name"] for column in measured["columns"]] == ["month", names[0]] and measured["rows"]
    assert "did you mean" in await refusal(client, "query_metric", names=[names[0] + "x"])


async def hostile(client: Client) -> None:
    """All at once: none escapes, the server answers after it."""
    told = await asyncio.gather(*(refusal(client, "query_sql", sql=sql) for sql in HOSTILE[:2] + HOSTILE[4:]))
    assert all("next:" in text for text in told)
    assert not [text for text in told if "root:" in text or "Traceback" in text]
    assert (await answer(client, "query_sql", sql="select 42"))["rows"] == [[42]]


def run(client: Callable[[], Any], *steps: Callable[[Client], Awaitable[None]]) -> None:
    async def all_steps() -> None:
        async with client() as connected:
            for step in steps:
                await step(connected)

    asyncio.run(all_steps())


def test_over_stdio(published: Path) -> None:
    run(lambda: over_stdio(published), everything, hostile)


def test_over_http(url: str) -> None:
    run(lambda: over_http(url, SECRET), everything, measures, hostile)


def test_who_has_no_token_or_comes_from_elsewhere_is_sent_away(url: str) -> None:
    right = {"Authorization": f"Bearer {SECRET}", **ACCEPT}
    for headers, status in (
        (ACCEPT, 401),
        ({**ACCEPT, "Authorization": "Bearer wrong-token-of-the-test"}, 401),
        ({**ACCEPT, "Authorization": f"Basic {SECRET}"}, 401),
        ({**ACCEPT, "Authorization": "Bearer"}, 401),
        ({**right, "Host": "evil.example"}, 421),
        ({**right, "Host": "evil.example:80"}, 421),
        ({**right, "Origin": "https://evil.example"}, 403),
        ({**right, "Origin": "null"}, 403),
        (right, 200),
    ):
        got = httpx.post(url, json=HANDSHAKE, headers=headers, timeout=30)
        assert got.status_code == status, (headers, got.text)
    assert httpx.post(url, content=b"x" * 2_000_000, headers=right, timeout=30).status_code in (400, 413)


def test_over_http_nothing_starts_without_a_token(published: Path) -> None:
    ended = subprocess.run(
        command("mcp", "--http"), env=environment(published), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "GHALA_MCP_TOKEN" in ended.stderr and "next" in ended.stderr
    for token in ("", "short", "ü" * 20):
        with pytest.raises(ConfigError, match="GHALA_MCP_TOKEN"):
            token_of(token)


def test_ctrl_c_ends_it_over_stdio(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(command("mcp"), env=environment(tmp_path), stdin=pipe, stdout=pipe) as server:
        assert server.stdin and server.stdout
        server.stdin.write(json.dumps(HANDSHAKE).encode() + b"\n")
        server.stdin.flush()
        assert b"protocolVersion" in server.stdout.readline()
        server.send_signal(signal.SIGINT)
        try:
            assert server.wait(20)
        finally:
            server.kill()
