"""The API: the same rows as SQL, whole pages, problems with advice; schemathesis draws what nobody thought of."""

import base64
import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import httpx
import pytest
import schemathesis
import uvicorn
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as openapi

from consumption import metrics
from consumption.api.app import make
from consumption.api.serve import keys_of
from consumption.read.metrics import Question, asked
from consumption.read.personal import How
from consumption.read.pool import Pool
from consumption.read.reader import Reader
from consumption.read.rows import START, Page, statement
from consumption.read.values import as_json
from consumption.web import config
from orchestration.errors import ConfigError
from tests.python.consumption.agents.conftest import SECRET, scalar

KEY = {"X-API-Key": SECRET}
DRAWN = 6  # requests per operation
JUDGED = [  # not whether a name or a filter fits, which depends on the data
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
]


@pytest.fixture(scope="module")
def api(reader: Reader) -> Iterator[TestClient]:
    with TestClient(make(reader, ("another-key-of-the-test", SECRET)), headers=KEY) as client:
        yield client


def pages(api: TestClient, name: str, **given: Any) -> list[dict[str, Any]]:
    """All rows of a mart, page by page."""
    rows: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = api.get(f"/marts/{name}/rows", params={**given, **after})
        assert answer.status_code == 200, answer.text
        rows += answer.json()["rows"]
        if answer.json()["next"] is None:
            return rows
        after = {"after": answer.json()["next"]}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["detail"] and told["where"] and told["next"] and told["status"] == status
    return told


def test_pages_are_whole_and_equal_sql(api: TestClient, reader: Reader) -> None:
    world, cursor = reader.world()
    for name, limit in (
        ("fct_web_events_daily", 997),
        ("dim_warehouse", 1),
        ("fct_returns", 13),
        ("ops.run_node", 37),
    ):
        table = name if "." in name else f"marts.{name}"
        rows = pages(api, name, limit=limit)
        assert len(rows) == scalar(cursor, f"select count(*) from {table}")
        assert len({json.dumps(row, sort_keys=True) for row in rows}) == len(rows)
    served = [name for name, (_, how) in world.tables["marts.fct_returns"].items() if how is How.SERVED]
    quoted = ", ".join(f"{name}::varchar" for name in served)
    expected = cursor.execute(f"select {quoted} from marts.fct_returns order by return_id, line_no").fetchall()
    got = pages(api, "fct_returns", limit=50, columns=served)
    assert [list(row) for row in got] == [served] * len(expected)
    for row, wanted in zip(got, expected, strict=True):
        for value, text in zip(row.values(), wanted, strict=True):
            same = value is None if text is None else _text(value) == _text(text)
            assert same, (value, text)


def _text(value: Any) -> str:
    """A value as both sides write it: no trailing zeros, no T in a time."""
    text = str(value)
    if re.match(r"\d{4}-\d\d-\d\d[T ]", text):
        return datetime.fromisoformat(text).isoformat()
    text = text.lower()
    return f"{float(text):.4f}" if re.fullmatch(r"-?\d+(\.\d+)?", text) and len(text) < 16 else text


def test_no_row_is_lost_where_a_key_is_empty() -> None:
    types = {"a": "integer", "b": "varchar"}
    rows = {(a, b) for a in (1, 2, None) for b in ("x", "it's", None)}
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create table marts.t (a integer, b varchar)")
        connection.executemany("insert into marts.t values (?, ?)", [list(row) for row in rows])
        found, begin = [], START
        while True:
            sql = statement("marts.t", types, ("a", "b"), Page(rows=2), begin)
            page = connection.execute(sql).fetchall()
            found += [row[:2] for row in page[:2]]
            if len(page) < 3:
                break
            begin = (len(found), json.loads(page[1][2]))
    assert len(found) == len(rows) and set(found) == rows


def test_filters(api: TestClient, reader: Reader) -> None:
    _, cursor = reader.world()
    big = pages(api, "fct_order_lines", limit=1000, filter=["qty:gte:5", "channel:eq:web"])
    assert len(big) == scalar(cursor, "select count(*) from marts.fct_order_lines where qty >= 5 and channel = 'web'")
    none = pages(api, "ops.run_node", limit=1000, filter="row_count:null")
    assert 0 < len(none) == scalar(cursor, "select count(*) from ops.run_node where row_count is null")
    assert pages(api, "dim_product", filter="sku:eq:' or 1=1 --") == []


def test_errors_are_problems(api: TestClient) -> None:
    assert "did you mean dim_product" in problem(api.get("/marts/dim_produkt"), 404)["detail"]
    assert "did you mean" in problem(api.get("/marts/dim_product/rows?columns=skuu"), 404)["detail"]
    problem(api.get("/marts/dim_product/rows?filter=list_price:gte:cheap"), 400)
    problem(api.get("/marts/dim_product/rows?filter=sku"), 400)
    problem(api.get("/marts/dim_product/rows?after=eyJ4IjogMX0="), 400)
    problem(api.get("/marts/dim_product/rows?limit=10000000"), 422)
    problem(api.get("/metrics/otiff_of_all"), 404)
    problem(api.get("/nowhere"), 404)
    problem(api.post("/marts"), 405)
    problem(api.get("/marts/..%2F..%2Fetc%2Fpasswd"), 404)
    for key in ({}, {"X-API-Key": "wrong"}, {"X-API-Key": ""}, {"Authorization": f"Bearer {SECRET}"}):
        bare = TestClient(api.app)
        for path in ("/marts", "/marts/dim_product/rows", "/quality", "/metrics", "/lineage/fct_payments"):
            problem(bare.get(path, headers=key), 401)
        assert bare.get("/health").status_code == 200


def test_a_page_of_another_version_is_a_conflict(api: TestClient, reader: Reader) -> None:
    token = base64.urlsafe_b64encode(json.dumps(["20200101T000000000000Z", 1, ["x"]]).encode()).decode()
    problem(api.get("/marts/dim_product/rows", params={"after": token}), 409)


def test_metrics_quality_lineage(api: TestClient) -> None:
    names = [one["name"] for one in api.get("/metrics").json()["metrics"]]
    answer = api.get(f"/metrics/{names[0]}", params={"grain": "week", "limit": 3})
    assert answer.status_code == 200 and answer.json()["row_count"] == 3
    assert api.get("/quality").json()["gates"]
    assert "source mpesa.c2b_confirmations" in api.get("/lineage/fct_payments").json()["made_of"]
    assert api.get("/health").json()["status"] in ("ok", "stale")


def test_whatever_is_sent_the_answer_is_as_described(api: TestClient) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", api.app)
    drawn = settings(
        max_examples=DRAWN,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    asked = 0
    for operation in schema.get_all_operations():

        @drawn
        @given(case=operation.ok().as_strategy())
        def check(case: Any) -> None:
            nonlocal asked
            asked += 1
            response = case.call(headers=KEY)
            case.validate_response(response, checks=JUDGED)

        check()
    assert asked > 5 * DRAWN


def test_when_all_workers_are_taken_it_says_so(reader: Reader) -> None:
    taken = Reader(reader.settings, Pool(workers=1, wait=0.05))
    worker = taken.pool._idle.get()
    told = problem(TestClient(make(taken, (SECRET,)), headers=KEY).get("/marts/dim_product/rows"), 503)
    assert "workers" in told["detail"]
    taken.pool._idle.put(worker)
    taken.pool.close()


def test_a_slow_client_holds_up_nobody(reader: Reader) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(config(make(reader, (SECRET,)), port))
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        listening.listen()
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        for one in slow:  # half a request each, and a whole one whose answer is never read
            one.sendall(b"GET /marts HTTP/1.1\r\nHost: x\r\n")
        slow[0].sendall(f"X-API-Key: {SECRET}\r\n\r\n".encode())
        url = f"http://127.0.0.1:{port}/marts/dim_product/rows?limit=2"
        assert httpx.get(url, headers=KEY, timeout=30).json()["row_count"] == 2
        for one in slow:
            one.close()
        server.should_exit = True
        running.join()


def test_without_a_key_nothing_starts() -> None:
    for keys in (None, "", " , ", "short", f"{SECRET},short", "ü" * 20):
        with pytest.raises(ConfigError, match="GHALA_API_KEY"):
            keys_of(keys)
    assert keys_of(f"{SECRET}, {SECRET}2") == (SECRET, f"{SECRET}2")


def test_metrics_are_answered_as_the_command_answers_them(reader: Reader) -> None:
    known = metrics.catalogue(reader.settings)
    compared = ("net_sales", "otif", "stockout_rate")
    picked = [one for n, one in enumerate(known) if n % 4 == 0 or one.is_cumulative or one.name in compared]
    assert {one.name for one in picked} >= set(compared) and any(one.is_cumulative for one in picked)
    for one in picked:
        grain, by = one.grains[-1], tuple(dimension.name for dimension in one.dimensions[:1])
        answer = asked(reader, Question((one.name,), by, grain), 1000)
        assert [column["name"] for column in answer["columns"]] == [grain, *by, one.name]
        if one.name in compared:
            same = metrics.query(reader.settings, (one.name,), by, grain)
            assert same.rows and [[as_json(value, 100) for value in row] for row in same.rows] == answer["rows"]
