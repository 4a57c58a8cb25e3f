"""The HTTP API as a stranger meets it."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from pathlib import Path

import httpx
import numpy as np
import pytest

from simulator.files import write_json
from simulator.servers.api import decode_cursor, encode_cursor
from simulator.servers.pages import Library, Page
from simulator.sinks.api_store import INDEX, ApiStore
from simulator.sinks.records import Records

from .conftest import Retailer, simulator, variables


def _times(records: list[dict[str, object]]) -> list[str]:
    return [str(record["updated_at"]) for record in records]


@pytest.mark.parametrize("resource", ["customers", "orders", "shipments", "returns"])
@pytest.mark.parametrize("limit", [7, 1000])
def test_pages_join_to_the_whole(retailer: Retailer, resource: str, limit: int) -> None:
    window = {"updated_since": "2025-10-01T00:00:00Z", "updated_before": "2025-10-03T00:00:00Z"}
    records: list[dict[str, object]] = []
    cursor, pages = "", 0
    while cursor is not None:
        page = retailer.get(f"/v1/{resource}", limit=limit, cursor=cursor, **window).json()
        assert len(page["data"]) <= limit
        records, cursor, pages = records + page["data"], page["next_cursor"], pages + 1
        assert page["total"] == len(retailer.all(resource, **window)) if pages == 1 else page["total"] > 0
    assert pages == -(-len(records) // limit)
    assert records == retailer.all(resource, **window)
    times = _times(records)
    assert times == sorted(times)
    assert "2025-10-01" <= times[0] <= times[-1] < "2025-10-03"


def test_windows_partition_everything(retailer: Retailer) -> None:
    """[D, D+1) windows give each order once: lower ends count, upper ends do not."""
    whole = retailer.all("orders")
    days = [f"2025-{day}" for day in ("09-22", "09-30", "10-04", "10-12")]
    parts = [retailer.all("orders", updated_since=a, updated_before=b) for a, b in pairwise(days)]
    assert [record["order_id"] for part in parts for record in part] == [record["order_id"] for record in whole]
    first, last = _times(whole)[0], _times(whole)[-1]
    assert retailer.all("orders", updated_since=last, updated_before=last) == []
    assert retailer.get("/v1/orders", updated_since=last).json()["total"] == 1
    assert retailer.get("/v1/orders", updated_before=first).json()["total"] == 0


def test_offsets_are_understood(retailer: Retailer) -> None:
    utc = retailer.get("/v1/orders", updated_since="2025-10-05T00:00:00Z").json()["total"]
    assert utc == retailer.get("/v1/orders", updated_since="2025-10-05T03:00:00+03:00").json()["total"] > 0


def test_an_empty_window_is_an_empty_page(retailer: Retailer) -> None:
    page = retailer.get("/v1/orders", updated_since="2031-01-01").json()
    assert page == {"data": [], "next_cursor": None, "total": 0}


def test_money_and_times_are_text(retailer: Retailer) -> None:
    order = retailer.get("/v1/orders", limit=1).json()["data"][0]
    assert all(isinstance(order[name], str) for name in ("shipping_fee", "discount_total", "order_total"))
    assert datetime.fromisoformat(order["placed_at"]).tzinfo is not None
    assert isinstance(order["lines"][0]["unit_price"], str)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}])
def test_without_the_token_there_is_nothing(retailer: Retailer, header: dict[str, str]) -> None:
    answer = httpx.get(retailer.env["GHALA_COMMERCE_URL"] + "/v1/customers", headers=header)
    assert answer.status_code == 401
    assert "data" not in answer.json()


BAD = [
    ("limit", "0"),
    ("limit", "x"),
    ("updated_since", "yesterday"),
    ("cursor", "ÿ"),
    ("cursor", "bm90aGluZw"),
    ("cursor", "a"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_bad_parameters_are_400(retailer: Retailer, name: str, value: str) -> None:
    answer = retailer.get("/v1/orders", **{name: value})
    assert (answer.status_code, "bad parameter" in answer.text) == (400, True)


def test_unknown_resource_is_404(retailer: Retailer) -> None:
    answer = retailer.get("/v1/refunds")
    assert (answer.status_code, "error" in answer.json()) == (404, True)


def test_a_resource_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    """Files of an older world know fewer resources: the others are served, and filled, from nothing."""
    write_json(tmp_path / INDEX, {"version": 1, "through": 20_000, "days": {"orders": {}}})
    page = Library(tmp_path).page("payment_requests", since=0, before=2**62, limit=10, after=None)
    assert page == Page(b"", None, 0)
    store = ApiStore.open(tmp_path)
    one = np.array([5])
    store.add("payment_requests", Records(one, one, np.array([-1]), [b"{}"]))
    store.flush(20_000)
    assert Library(tmp_path).page("payment_requests", since=0, before=2**62, limit=10, after=None).text == b"{}"


def test_health_needs_no_token(retailer: Retailer) -> None:
    answer = httpx.get(retailer.env["GHALA_COMMERCE_URL"] + "/health").json()
    assert (answer["status"], answer["through"]) == ("ok", "2025-10-11")


def test_cursor_is_text_for_a_place() -> None:
    assert decode_cursor(encode_cursor((1_790_000_000_000_001, 42))) == (1_790_000_000_000_001, 42)


def test_rate_limit_is_switchable(retailer: Retailer) -> None:
    """Every third request is refused with Retry-After, and after that the same request is served."""
    simulator(retailer.home, "start", "--rate-limit", "3")
    env = variables(retailer.home)
    assert env == retailer.env
    header = {"Authorization": f"Bearer {env['GHALA_COMMERCE_TOKEN']}"}
    try:
        answers = [httpx.get(env["GHALA_COMMERCE_URL"] + "/v1/orders?limit=1", headers=header) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200, 200, 429, 200, 200, 429]
        assert answers[2].headers["Retry-After"] == "1"
    finally:
        simulator(retailer.home, "start", "--rate-limit", "300")
