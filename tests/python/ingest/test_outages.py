"""Real faults of real sources: what is tried again, what is left out, and that a day is neither lost nor doubled."""

import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from orchestration.errors import GateError, GhalaError, UnavailableError
from orchestration.ingest import outages
from orchestration.ingest.extract import rest
from orchestration.ingest.land import land
from orchestration.ingest.manifest import LoadRecord
from orchestration.ingest.model import Contract
from orchestration.ingest.redelivery import due
from orchestration.ingest.retry import Patience
from orchestration.ops import staleness
from tests.python.ingest.faulty_api import TOKEN, Api, page, serve
from tests.python.ingest.project import DAY, Project, contract, make

NEXT = DAY + timedelta(days=1)
ROW: dict[str, dict[str, Any]] = {
    "id": {"type": "VARCHAR", "primaryKey": True},
    "updated_at": {"type": "TIMESTAMP", "required": True},
}
REST = {"type": "rest", "connection": "web", "path": "/v1/visits", "cursor": "updated_at"}
DATABASE = {"type": "postgres", "connection": "shop", "relation": "public.visits", "cursor": "updated_at"}
NOWHERE = "postgresql://reader:secret@127.0.0.1:1/postgres"
Heard = list[tuple[str, date, str]]


def run(project: Project, through: date, patience: Patience | None = None) -> tuple[list[LoadRecord], Heard]:
    """What the daily job lands: all that is missing through a day; and the outages that it heard of."""
    heard: Heard = []

    def note(one: Contract, day: date, error: UnavailableError) -> None:
        heard.append((one.key, day, error.what))

    missing = due(project.records(), project.contracts, DAY, through)
    return land(project.settings, missing, "run", on_outage=note, patience=patience), heard


def never(_: float) -> None:
    pytest.fail("it was waited for what does not heal")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(rest, "RETRY", rest.RETRY.copy_with(backoff_factor=0.0))
    with serve() as server:
        os.environ |= {"GHALA_WEB_URL": server.url, "GHALA_WEB_TOKEN": TOKEN}
        yield server


def visits(query: dict[str, str], _call: int) -> tuple[int, dict[str, str], bytes]:
    """One visit a day, of the window that is asked for."""
    first = date.fromisoformat(query.get("updated_since", str(DAY))[:10])
    days = (date.fromisoformat(query["updated_before"][:10]) - first).days
    made = [first + timedelta(days=n) for n in range(days)]
    return page([{"id": str(day), "updated_at": f"{day}T08:00:00Z"} for day in made], None, days)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_an_api_that_is_busy_or_broken_is_left_out_and_caught_up_with(tmp_path: Path, api: Api, status: int) -> None:
    project = make(tmp_path, contract(ROW, REST, name="visits"))
    api.answer = visits
    run(project, DAY)
    api.requests.clear()
    api.answer = lambda query, call: (status, {"Retry-After": "3"}, b"")
    waits: list[float] = []
    landed, heard = run(project, NEXT, Patience((0.0, 0.0), sleep=waits.append))
    assert (landed, [(key, day) for key, day, _ in heard]) == ([], [("shop.visits", NEXT)])
    assert len(api.requests) == 3 and waits == [3, 3], "the layers do not multiply, and Retry-After is kept"
    assert f"HTTP {status}, also after 2 more attempts" in heard[0][2]
    (line,) = [json.loads(text) for text in outages.file_of(project.home).read_text().splitlines()]
    assert line.keys() == {"source", "table", "logical_date", "message", "owner", "run_id", "failed_at"}
    assert (line["source"], line["table"], line["logical_date"]) == ("shop", "visits", str(NEXT))
    api.answer = visits
    landed, heard = run(project, NEXT + timedelta(days=1))
    assert [(record.logical_date, record.rows) for record in landed] == [(NEXT, 1), (NEXT + timedelta(days=1), 1)]
    assert heard == [] and staleness.now(project.home) == []


def test_a_page_in_the_middle_is_repeated_without_fetching_the_others_again(tmp_path: Path, api: Api) -> None:
    project = make(tmp_path, contract(ROW, {**REST, "pageSize": 1}, name="visits"))

    def answer(query: dict[str, str], call: int) -> tuple[int, dict[str, str], bytes]:
        number = int(query.get("cursor", "0"))
        if call in (2, 3, 5):
            return 503, {}, b""
        return page([{"id": str(number), "updated_at": f"{DAY}T08:00:00Z"}], str(number + 1) if number < 2 else None, 3)

    api.answer = answer
    ((record,), heard) = run(project, DAY)
    assert (record.rows, heard) == (3, [])
    assert [query.get("cursor") for query in api.requests] == [None, "1", "1", "1", "2", "2"]


def test_a_wrong_token_stops_the_run_at_once(tmp_path: Path, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make(tmp_path, contract(ROW, REST, name="visits"))
    api.answer = visits
    run(project, DAY)
    monkeypatch.setenv("GHALA_WEB_TOKEN", "old")
    with pytest.raises(GhalaError, match="refuses the token"):
        run(project, NEXT, Patience((0.0,), sleep=never))
    assert not outages.file_of(project.home).exists()


@pytest.fixture
def shop(postgres: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS visits")
        connection.execute("CREATE TABLE visits (id text, updated_at timestamptz)")
        for day in range(4):
            connection.execute(
                "INSERT INTO visits SELECT %s || n, %s::date + interval '8 hours' FROM generate_series(1, 5) AS n",
                (str(DAY + timedelta(days=day)), DAY + timedelta(days=day)),
            )
        os.environ["GHALA_SHOP_DSN"] = postgres
        yield connection


def test_a_database_that_is_down_for_days_is_caught_up_with_in_one_run(
    tmp_path: Path, shop: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make(tmp_path, contract(ROW, DATABASE, name="visits"))
    csv = {"type": "files", "connection": "drop", "path": "{date:%Y%m%d}.csv", "format": "csv"}
    till = make(tmp_path, contract({"id": ROW["id"]}, csv, name="sales"), source="till")
    for day in range(4):
        till.send(f"id\n{day}\n", f"{DAY + timedelta(days=day):%Y%m%d}.csv")
    run(project, DAY)
    answers = os.environ["GHALA_SHOP_DSN"]
    monkeypatch.setenv("GHALA_SHOP_DSN", NOWHERE)
    for n in (1, 2):
        landed, heard = run(project, DAY + timedelta(days=n))
        assert [record.source for record in landed] == ["till"], "the others land"
        assert [day for _, day, _ in heard] == [DAY + timedelta(days=m + 1) for m in range(n)]
    ((table, since, days, as_of),) = [(s.table, s.since, s.days, s.as_of) for s in staleness.now(project.home)]
    assert (table, since, days, as_of) == ("shop.visits", NEXT, 2, DAY)
    assert "secret" not in outages.file_of(project.home).read_text()
    monkeypatch.setenv("GHALA_SHOP_DSN", answers)
    landed, heard = run(project, DAY + timedelta(days=3))
    assert heard == [] and staleness.now(project.home) == []
    ids = [
        row for record in project.records() if record.table == "visits" for row in project.rows(record)["id"].to_list()
    ]
    truth = [row[0] for row in shop.execute("SELECT id FROM visits").fetchall()]
    assert sorted(ids) == sorted(truth) and len(truth) == 20


def test_a_query_that_is_cut_off_is_tried_on_a_new_connection(
    tmp_path: Path, shop: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make(tmp_path, contract(ROW, DATABASE, name="visits"))
    run(project, DAY)
    cut = os.environ["GHALA_SHOP_DSN"] + "?options=-c%20lock_timeout%3D20"
    monkeypatch.setenv("GHALA_SHOP_DSN", cut)
    shop.execute("BEGIN; LOCK TABLE visits")

    def heal(_: float) -> None:
        shop.execute("ROLLBACK")
        monkeypatch.setenv("GHALA_SHOP_DSN", cut.partition("?")[0])

    landed, heard = run(project, NEXT, Patience((0.0,), sleep=heal))
    assert ([record.rows for record in landed], heard) == ([5], [])


@pytest.mark.parametrize("end", ["?options=-c%20a=b", "?sslmod=require", "?port=x"])
def test_a_broken_address_stops_the_run(
    tmp_path: Path, shop: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    project = make(tmp_path, contract(ROW, DATABASE, name="visits"))
    run(project, DAY)
    monkeypatch.setenv("GHALA_SHOP_DSN", os.environ["GHALA_SHOP_DSN"] + end)
    with pytest.raises(GhalaError, match="refuses the connection"):
        run(project, NEXT, Patience((0.0,), sleep=never))


@pytest.mark.parametrize("statement", ["DROP TABLE visits", "ALTER TABLE visits ADD colour text"])
def test_a_table_that_is_gone_or_changed_stops_the_run(
    tmp_path: Path, shop: psycopg.Connection, statement: str
) -> None:
    project = make(tmp_path, contract(ROW, DATABASE, name="visits"))
    run(project, DAY)
    shop.execute(statement.encode())
    with pytest.raises(GhalaError) as caught:
        run(project, NEXT, Patience((0.0,), sleep=never))
    assert isinstance(caught.value, GateError) == ("colour" in statement)
    assert not isinstance(caught.value, UnavailableError) and not outages.file_of(project.home).exists()
