"""A real HTTP API with faults: each is an error that says what happened, or is overcome."""

import os
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx_retries
import pytest

from orchestration.errors import GateError, GhalaError
from orchestration.ingest.accept import accept
from orchestration.ingest.compare import compare
from orchestration.ingest.extract import rest
from tests.python.ingest.faulty_api import TOKEN, Api, page, serve
from tests.python.ingest.project import DAY, Project, contract, make

ORDERS: dict[str, dict[str, Any]] = {
    "order_id": {"type": "VARCHAR", "primaryKey": True},
    "total": {"type": "DECIMAL(18,2)", "required": True},
    "paid": {"type": "BOOLEAN"},
    "updated_at": {"type": "TIMESTAMP", "required": True},
}
LINES: dict[str, dict[str, Any]] = {
    "order_id": {"type": "VARCHAR", "primaryKey": True, "primaryKeyPosition": 1},
    "line_no": {"type": "INTEGER", "primaryKey": True, "primaryKeyPosition": 2},
    "qty": {"type": "BIGINT", "required": True},
    "updated_at": {"type": "TIMESTAMP", "required": True},
}
REST = {"type": "rest", "connection": "web", "path": "/v1/orders", "cursor": "updated_at", "pageSize": 2}


def order(number: int, lines: int = 1) -> dict[str, Any]:
    return {
        "order_id": f"O{number}",
        "total": "12.10",
        "paid": number % 2 == 0,
        "updated_at": f"2026-03-10T08:00:{number:02}Z",
        "lines": [{"line_no": line + 1, "qty": number} for line in range(lines)],
    }


def paged(count: int) -> Any:
    """An answer function: `count` orders, two a page."""

    def answer(query: dict[str, str], _call: int) -> tuple[int, dict[str, str], bytes]:
        first = int(query.get("cursor", "0"))
        after = first + 2
        return page(
            [order(n, n % 3) for n in range(first, min(after, count))], str(after) if after < count else None, count
        )

    return answer


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Project, Api]]:
    # The same policy with shorter waits: the attempts are what the tests count.
    quick = httpx_retries.Retry(
        total=rest.RETRY.total, backoff_factor=0.01, status_forcelist=rest.RETRY.status_forcelist
    )
    monkeypatch.setattr(rest, "RETRY", quick)
    with serve() as api:
        os.environ |= {"GHALA_WEB_URL": api.url, "GHALA_WEB_TOKEN": TOKEN}
        parents = ["order_id", "updated_at"]
        yield (
            make(
                tmp_path,
                contract(ORDERS, REST, name="orders", custom={"dropColumns": ["lines"]}),
                contract(LINES, {**REST, "nested": "lines", "parents": parents}, name="order_lines"),
            ),
            api,
        )


def test_pages_and_nested_lines_arrive_complete_and_one_fetch_serves_both_tables(web: tuple[Project, Api]) -> None:
    project, api = web
    api.answer = paged(7)
    lines, orders = project.land()
    assert project.rows(orders)["order_id"].to_list() == [f"O{n}" for n in range(7)]
    assert project.rows(orders)["total"].to_list() == [Decimal("12.10")] * 7
    assert project.rows(orders)["paid"].to_list() == [n % 2 == 0 for n in range(7)]
    assert project.rows(lines).height == sum(n % 3 for n in range(7))
    assert len(api.requests) == 4
    assert "updated_since" not in api.requests[0] and api.requests[0]["updated_before"] == "2026-03-11T00:00:00+00:00"
    assert not list((project.home / "bronze").glob(".spool*"))


def test_a_later_date_asks_for_its_day_only(web: tuple[Project, Api]) -> None:
    project, api = web
    project.land(DAY, date(2026, 3, 11))
    assert api.requests[-1]["updated_since"] == "2026-03-11T00:00:00+00:00"


def test_http_500_for_ever_ends_after_three_more_attempts(web: tuple[Project, Api]) -> None:
    project, api = web
    api.answer = paged(3)
    before = project.land()
    api.requests.clear()
    api.answer = lambda query, call: (500, {}, b"oops")
    with pytest.raises(GhalaError, match="answers HTTP 500, also after 3 more attempts"):
        project.land()
    assert len(api.requests) == 4
    assert project.records() == before and project.rows(before[1]).height == 3


def test_a_busy_server_is_asked_again_when_it_said(web: tuple[Project, Api]) -> None:
    project, api = web
    good = paged(3)
    api.answer = lambda query, call: (429, {"Retry-After": "1"}, b"") if call == 1 else good(query, call)
    started = time.monotonic()
    assert project.land()[1].rows == 3
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda query, call: (200, {}, b'{"data": [{"order_id": "O1", '), "malformed JSON"),
        (lambda query, call: (200, {}, b'{"records": []}'), "no list of records"),
        (lambda query, call: page([order(1), order(2)], f"c{call}", 9), "the same page again after 2 records"),
        (lambda query, call: page([order(call)], "same", 9), "cursor 'same' leads nowhere"),
        (lambda query, call: page([order(1)], None, 2), "announced 2 records and sent 1"),
        (lambda query, call: page([{**order(1), "lines": [1]}], None, 1), "'lines' of the API holds int"),
    ],
)
def test_a_broken_answer_is_named_and_nothing_lands(web: tuple[Project, Api], answer: Any, words: str) -> None:
    project, api = web
    api.answer = answer
    with pytest.raises(GhalaError) as caught:
        project.land()
    assert (
        words in caught.value.what
        and "/v1/orders" in caught.value.where
        and "previous data stay" in caught.value.next_step
    )
    assert project.records() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"total": {"amount": 1}}, "column 'total' came as dict and is no DECIMAL(18,2)"),
        ({"paid": "yes"}, "column 'paid' came as str and is no BOOLEAN"),
        ({"tip": "1.00"}, "column 'tip' is new"),
        ({"total": None, "lines": [{"line_no": 1, "quantity": 1}]}, "'qty' is missing (renamed to 'quantity'?)"),
    ],
)
def test_json_drift_blocks_with_a_diff_in_words(web: tuple[Project, Api], change: dict[str, Any], words: str) -> None:
    project, api = web
    api.answer = lambda query, call: page([{**order(1), **change}], None, 1)
    with pytest.raises(GateError) as caught:
        project.land()
    assert words in caught.value.what


def test_a_wrong_token_and_a_server_that_is_down_say_what_to_do(
    web: tuple[Project, Api], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = web
    monkeypatch.setenv("GHALA_WEB_TOKEN", "guess")
    with pytest.raises(GhalaError, match="refuses the token") as caught:
        project.land()
    assert "GHALA_WEB_TOKEN" in caught.value.next_step and "guess" not in str(caught.value)
    monkeypatch.setenv("GHALA_WEB_URL", "http://127.0.0.1:1")
    with pytest.raises(GhalaError, match="'web' does not answer"):
        project.land()


def test_drift_of_an_api_becomes_a_new_version_that_lands(web: tuple[Project, Api]) -> None:
    project, api = web
    api.answer = lambda query, call: page([order(1, lines=2)], None, 1)
    assert all(compare(one)[1] == [] for one in project.contracts)
    tipped = {**order(1), "tip": "1.50", "lines": [{"line_no": 1, "qty": 1, "gift": True}]}
    api.answer = lambda query, call: page([tipped], None, 1)
    for one, words in zip(project.contracts, ("'gift' is new: BOOLEAN", "'tip' is new: DECIMAL(18,2)"), strict=True):
        found = compare(one)[1]
        assert [difference.text for difference in found] == [f"column {words}"]
        done = accept(one, found, project.home)
        assert done is not None and done.after == "1.1.0"
    assert [record.rows for record in project.land()] == [1, 1]
