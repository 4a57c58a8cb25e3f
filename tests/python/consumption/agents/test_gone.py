"""Who takes a question back, or goes away before the answer, keeps no worker from the others."""

import asyncio
import time
from collections.abc import Iterator

import anyio
import httpx
import pytest

from consumption.api.app import make
from consumption.mcp_server.serve import http_app
from consumption.read import rows
from consumption.read.errors import ReadError, Reason
from consumption.read.pool import Pool
from consumption.read.reader import Reader, query
from tests.python.consumption.agents.conftest import SECRET
from tests.python.consumption.agents.served import served
from tests.python.consumption.agents.test_attacks import ENDLESS
from tests.python.consumption.agents.test_mcp import answer, over_http

KEY = {"X-API-Key": SECRET}
PATIENCE = 1.0  # seconds of a client, and until a worker is free: a query may take twenty


@pytest.fixture
def alone(reader: Reader) -> Iterator[Reader]:
    """A reader with one worker, which has the version open."""
    mine = Reader(reader.settings, Pool(workers=1, wait=PATIENCE))
    query(mine, "select 1")
    yield mine
    mine.pool.close()


def is_free(reader: Reader) -> bool:
    """Whether another one is answered soon, though the query that ran could go on for long."""
    began = time.monotonic()
    while time.monotonic() - began < 5 * PATIENCE:
        try:
            return bool(query(reader, "select 42")["rows"] == [[42]])
        except ReadError as error:
            assert error.reason is Reason.BUSY
    return False


def test_a_client_of_the_api_that_goes_gives_its_worker_back(alone: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "statement", lambda *_: ENDLESS)
    with served(lambda _: make(alone, (SECRET,))) as port:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"http://127.0.0.1:{port}/marts/dim_product/rows", headers=KEY, timeout=PATIENCE)
        assert is_free(alone)


def test_an_agent_that_takes_its_question_back_gives_its_worker_back(alone: Reader) -> None:
    async def ask(url: str) -> None:
        async with over_http(url, SECRET) as client:
            with anyio.move_on_after(PATIENCE) as patience:
                await client.call_tool("query_sql", {"sql": ENDLESS})
            assert patience.cancelled_caught
            assert await anyio.to_thread.run_sync(is_free, alone)
            assert (await answer(client, "query_sql", sql="select 43"))["rows"] == [[43]]

    with served(lambda port: http_app(alone, SECRET, port)) as port:
        asyncio.run(ask(f"http://127.0.0.1:{port}/mcp"))
