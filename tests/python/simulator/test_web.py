"""Events of the shop: every online order has its visit, and who only looks leaves traces too."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from simulator import cli
from simulator.config import Paths
from simulator.sinks import files

from .conftest import SIZES, Retailer, simulator, variables
from .received import has_exception, notices
from .rules import Rule

RULES = {
    "every online order has one purchase, by its customer and in its channel": Rule(
        """SELECT * FROM (FROM orders WHERE channel <> 'till') o FULL JOIN (FROM events WHERE type = 'purchase') e
        ON e.customer_id = o.customer_id AND e.channel = o.channel
        AND e.ts_server::TIMESTAMP - o.placed_at::TIMESTAMP BETWEEN INTERVAL 0 SECOND AND INTERVAL 1 MILLISECOND
        WHERE o.order_id IS NULL OR e.event_id IS NULL""",
        "DELETE FROM orders WHERE order_id = 'ORD000000004'",
    ),
    "what is ordered was viewed and put into the cart on that visit": Rule(
        """SELECT l.order_id, l.sku FROM orders_lines l JOIN events p ON p.type = 'purchase'
            AND p.customer_id = l.customer_id
            AND p.ts_server::TIMESTAMP - l.placed_at::TIMESTAMP BETWEEN INTERVAL 0 SECOND AND INTERVAL 1 MILLISECOND
        LEFT JOIN events e ON e.session_id = p.session_id AND e.sku = l.sku AND e.type IN ('add_to_cart', 'view_item')
        WHERE l.channel <> 'till' GROUP BY ALL
        HAVING count(DISTINCT e.type) <> 2 OR arg_min(e.type, e.ts_server) <> 'view_item'""",
        "UPDATE events SET sku = 'GH999999' WHERE type = 'add_to_cart'",
    ),
    "a visit is of one device, channel, source and at most one customer": Rule(
        """SELECT session_id FROM events GROUP BY ALL HAVING count(DISTINCT anon_id) <> 1
        OR count(DISTINCT channel) <> 1 OR count(DISTINCT utm) <> 1 OR count(DISTINCT customer_id) > 1""",
        "UPDATE events SET channel = 'app' WHERE type = 'page_view'",
    ),
    "events are unique": Rule(
        "SELECT event_id FROM events GROUP BY ALL HAVING count(*) > 1", "INSERT INTO events FROM events LIMIT 1"
    ),
    "a file holds the events of its UTC day in the order of time": Rule(
        """SELECT event_id FROM (SELECT *, lag(ts_server) OVER (PARTITION BY file ORDER BY row_no) AS before
            FROM events)
        WHERE ts_server::TIMESTAMP::DATE <> day::DATE OR file <> 'events_' || replace(day, '-', '')
        OR ts_server < before""",
        "UPDATE events SET ts_server = '2025-10-01T00:00:00.000Z' WHERE row_no = 100",
    ),
    "the dwell time lasts until the next event of the visit": Rule(
        """SELECT * FROM (SELECT *, lead(ts_server) OVER (PARTITION BY session_id ORDER BY day, row_no) AS next
            FROM events) WHERE dwell_ms < 0
        OR abs(date_diff('millisecond', ts_server::TIMESTAMP, next::TIMESTAMP) - dwell_ms) > 2""",
        "UPDATE events SET dwell_ms = 1000000 WHERE type = 'checkout'",
    ),
    "words and results belong to searches, products to views and carts": Rule(
        """SELECT * FROM events WHERE (type = 'search') <> (query IS NOT NULL)
        OR (query IS NULL) <> (results IS NULL) OR results < 0
        OR (type IN ('view_item', 'add_to_cart')) <> (sku IS NOT NULL)
        OR type NOT IN ('page_view', 'search', 'view_item', 'add_to_cart', 'checkout', 'purchase')""",
        "UPDATE events SET query = 'milk' WHERE type = 'purchase'",
    ),
    "products existed when they were viewed": Rule(
        """SELECT * FROM events e WHERE sku IS NOT NULL AND NOT EXISTS (SELECT 1 FROM products p WHERE p.sku = e.sku
            AND p.updated_at::TIMESTAMPTZ <= e.ts_server::TIMESTAMPTZ)""",
        "UPDATE events SET sku = 'GH999999' WHERE type = 'view_item' AND row_no < 100",
    ),
    "customers existed when they were signed in": Rule(
        """SELECT * FROM events e WHERE customer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM customers c
            WHERE c.customer_id = e.customer_id AND c.first_seen_at::TIMESTAMP <= e.ts_server::TIMESTAMP)""",
        "UPDATE events SET customer_id = 'CUS9999999' WHERE type = 'checkout'",
    ),
    "campaigns are promotions that run": Rule(
        """SELECT * FROM (SELECT *, utm::JSON ->> 'campaign' AS code FROM events) e
        WHERE code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM promotion_items i
            WHERE i.promo_code = code AND i.valid_from < e.day AND i.valid_to > e.day)""",
        "DELETE FROM promotion_items",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_no_exception(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert has_exception(received, RULES[rule]) == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_notices_a_break(rule: str, received: duckdb.DuckDBPyConnection) -> None:
    assert notices(received, RULES[rule])


def test_what_analysts_ask_for_happens(received: duckdb.DuckDBPyConnection) -> None:
    for query in (
        "SELECT count(*) FROM events WHERE results = 0",
        "SELECT count(*) FROM events WHERE results > 0",
        "SELECT count(*) FROM events WHERE type = 'checkout' AND session_id NOT IN (SELECT session_id FROM events "
        "WHERE type = 'purchase')",
        "SELECT count(*) FROM events WHERE customer_id IS NULL",
        "SELECT count(*) FROM events WHERE abs(epoch(ts_client::TIMESTAMP) - epoch(ts_server::TIMESTAMP)) > 300",
        "SELECT count(*) FROM events WHERE utm::JSON ->> 'campaign' IS NOT NULL",
        "SELECT count(*) FROM events WHERE utm::JSON ->> 'source' IS NULL",
    ):
        row = received.execute(query).fetchone()
        assert row is not None and row[0] > 0, query


def _days(home: Path) -> list[date]:
    folders = Paths(home).web.glob("????/??/??")
    return sorted(date(*map(int, folder.parts[-3:])) for folder in folders)


def test_the_shop_forgets_old_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept for two days here: a history writes two, the next day removes the older one."""
    monkeypatch.setattr(files, "WEB_DAYS", 2)
    first = date(2025, 9, 22)
    try:
        assert cli.main(["start", "--home", str(tmp_path), *SIZES, "--days", "4"]) == 0
        assert _days(tmp_path) == [first + timedelta(days=n) for n in (2, 3)]
        assert cli.main(["next-day", "--home", str(tmp_path)]) == 0
        assert _days(tmp_path) == [first + timedelta(days=n) for n in (3, 4)]
    finally:
        simulator(tmp_path, "stop")


def test_status_names_the_folders(retailer: Retailer) -> None:
    shown = simulator(retailer.home, "status").stdout
    for name in ("WMS", "MPESA", "WEB", "SUPPLIER_FEED", "FORECASTS"):
        folder = variables(retailer.home)[f"GHALA_{name}_DIR"]
        assert Path(folder).is_dir()
        assert folder in shown
