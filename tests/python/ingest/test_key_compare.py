"""Hard deletes in a real PostgreSQL: a vanished key becomes one row that says so, the same one each time."""

import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from orchestration.errors import ConfigError, GateError, GhalaError
from orchestration.ingest.manifest import LoadRecord
from tests.python.ingest.project import DAY, Project, contract, make, tree

NEXT, AFTER = date(2026, 3, 11), date(2026, 3, 12)
VERSIONS: dict[str, dict[str, Any]] = {
    "sku": {"type": "VARCHAR", "primaryKey": True},
    "name": {"type": "VARCHAR"},
    "price": {"type": "DECIMAL(18,2)"},
    "is_deleted": {"type": "BOOLEAN", "required": True},
    "updated_at": {"type": "TIMESTAMP", "primaryKey": True, "primaryKeyPosition": 2},
}
LINES: dict[str, dict[str, Any]] = {
    **VERSIONS,
    "line_no": {"type": "INTEGER", "primaryKey": True, "primaryKeyPosition": 2},
    "updated_at": {"type": "TIMESTAMP", "required": True},
}
COMPARE: dict[str, Any] = {"type": "postgres", "connection": "shop", "relation": "public.product_log",
                           "cursor": "updated_at", "keyCompare": {"relation": "public.products"}}  # fmt: skip
Shop = tuple[Project, psycopg.Connection]


@pytest.fixture
def shop(postgres: str, tmp_path: Path) -> Iterator[Shop]:
    """30 products since before the first day; `products` has those that exist, `product_log` every version."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        for table in ("products", "product_log"):
            connection.execute(f"DROP TABLE IF EXISTS {table}".encode())
        connection.execute(
            "CREATE TABLE product_log"
            " (sku text, name text, price numeric(18,2), is_deleted bool, updated_at timestamptz)"
        )
        connection.execute(
            "INSERT INTO product_log SELECT 'P' || lpad(n::text, 2, '0'), 'name ' || n, n, false,"
            " '2026-03-01 08:00+00' FROM generate_series(1, 30) AS n"
        )
        connection.execute("CREATE TABLE products AS SELECT * FROM product_log")
        os.environ["GHALA_SHOP_DSN"] = postgres
        yield make(tmp_path, contract(VERSIONS, COMPARE)), connection


def change(connection: psycopg.Connection, sku: str, moment: str, *, name: str = "new", deleted: bool = False) -> None:
    connection.execute("DELETE FROM products WHERE sku = %s", (sku,))
    for table in (b"product_log", b"products"):
        connection.execute(b"INSERT INTO " + table + b" VALUES (%s, %s, 1, %s, %s)", (sku, name, deleted, moment))


def vanish(connection: psycopg.Connection, *skus: str) -> None:
    connection.execute("DELETE FROM products WHERE sku = ANY(%s)", (list(skus),))


def dead(project: Project, record: LoadRecord) -> list[tuple[Any, ...]]:
    return project.rows(record).filter(is_deleted=True).select("sku", "name", "updated_at").rows()


def last_moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(days=1) - timedelta(microseconds=1)


def test_a_vanished_key_gets_a_row_with_its_last_values_at_the_end_of_the_day(shop: Shop) -> None:
    project, connection = shop
    (first,) = project.land()
    assert (first.rows, first.tombstones) == (30, 0)
    change(connection, "P07", "2026-03-11 09:00+00", name="renamed")
    vanish(connection, "P07")
    (second,) = project.land(NEXT)
    assert dead(project, second) == [("P07", "renamed", last_moment(NEXT))]
    assert (second.rows, second.extracted, second.tombstones) == (2, 2, 1)
    (third,) = project.land(AFTER)
    assert (third.rows, third.tombstones) == (0, 0), "what is known to be gone does not vanish again"


def test_landing_again_gives_the_same_bytes_also_when_later_days_have_landed(shop: Shop) -> None:
    project, connection = shop
    project.land()
    vanish(connection, "P07")
    (second,) = project.land(NEXT)
    content = tree(project.home / "bronze")
    assert project.land(NEXT, run_id="again") == [second]
    assert tree(project.home / "bronze") == content, "its own tombstone does not hide the key"
    vanish(connection, "P08")
    (third,) = project.land(AFTER)
    assert [row[0] for row in dead(project, third)] == ["P08"]
    assert project.land(NEXT, run_id="older") == [second], "what vanished later stays where it was found"
    assert project.land(DAY) == [project.records()[0]]


def test_a_key_that_comes_back_is_alive_and_can_vanish_once_more(shop: Shop) -> None:
    project, connection = shop
    project.land()
    vanish(connection, "P07")
    project.land(NEXT)
    change(connection, "P07", "2026-03-12 08:00+00")
    (third,) = project.land(AFTER)
    assert (third.rows, third.tombstones) == (1, 0)
    vanish(connection, "P07")
    (fourth,) = project.land(AFTER + timedelta(days=1))
    assert [row[0] for row in dead(project, fourth)] == ["P07"]


def test_a_row_that_says_itself_that_it_is_deleted_needs_no_other(shop: Shop) -> None:
    project, connection = shop
    project.land()
    change(connection, "P07", "2026-03-11 09:00+00", deleted=True)
    vanish(connection, "P07")
    (second,) = project.land(NEXT)
    assert (second.rows, second.tombstones) == (1, 0)


def test_only_the_newest_day_is_compared(shop: Shop) -> None:
    project, connection = shop
    vanish(connection, "P07")
    records = project.land(DAY, NEXT, AFTER)
    assert [record.tombstones for record in records] == [0, 0, 1]


def test_too_many_vanished_keys_are_a_gate_and_not_a_deletion(shop: Shop) -> None:
    project, connection = shop
    before = project.land()
    vanish(connection, "P07", "P08", "P09", "P10")
    with pytest.raises(GateError, match=r"4 of 30 keys are no longer in public.products \(13.3 %\), more than 5 %"):
        project.land(NEXT)
    connection.execute("TRUNCATE products")
    with pytest.raises(GateError, match=r"public\.products is empty, and all 30 keys"):
        project.land(NEXT)
    assert project.records() == before


@pytest.mark.parametrize(("gone", "lands"), [(1, True), (2, False)])
def test_one_key_of_three_may_vanish_and_two_may_not(shop: Shop, gone: int, lands: bool) -> None:
    project, connection = shop
    connection.execute("DELETE FROM product_log WHERE sku > 'P03'; DELETE FROM products WHERE sku > 'P03'")
    project.land()
    vanish(connection, *["P01", "P02"][:gone])
    if lands:
        assert project.land(NEXT)[0].tombstones == gone
    else:
        with pytest.raises(GateError, match="2 of 3 keys"):
            project.land(NEXT)


def test_a_first_load_finds_what_vanished_in_all_its_history(shop: Shop) -> None:
    project, connection = shop
    vanish(connection, *[f"P{n:02}" for n in range(1, 11)])
    _, second = project.land(DAY, NEXT)
    assert (second.tombstones, second.compared) == (10, 30)
    assert project.land(NEXT, run_id="again") == [second], "what had vanished then does not trip the breaker now"
    vanish(connection, "P11", "P12", "P13", "P14")
    with pytest.raises(GateError, match="4 of 20 keys"):
        project.land(AFTER)


def test_a_first_load_does_not_lose_half_of_its_keys(shop: Shop) -> None:
    project, connection = shop
    vanish(connection, *[f"P{n:02}" for n in range(1, 16)])
    with pytest.raises(GateError, match="15 of 30 keys"):
        project.land()


def lines_of(folder: Path, connection: psycopg.Connection, days: int) -> Project:
    connection.execute(
        "DROP TABLE IF EXISTS lines; CREATE TABLE lines AS SELECT sku, name, price, is_deleted, updated_at, line_no"
        " FROM products CROSS JOIN generate_series(1, 2) AS line_no"
    )
    how = {**COMPARE, "relation": "public.lines", "keyCompare": {"relation": "public.lines", "days": days}}
    return make(folder / "lines", contract(LINES, how))


def test_with_days_only_keys_that_changed_lately_are_compared(shop: Shop, tmp_path: Path) -> None:
    _, connection = shop
    project = lines_of(tmp_path, connection, 3)
    project.land()
    connection.execute("UPDATE lines SET updated_at = '2026-03-11 08:00+00' WHERE sku <= 'P25'")
    project.land(NEXT)
    connection.execute("DELETE FROM lines WHERE (sku, line_no) IN (('P09', 2), ('P28', 1))")
    (third,) = project.land(AFTER)
    found = project.rows(third).select("sku", "line_no", "is_deleted", "updated_at").rows()
    assert found == [("P09", 2, True, last_moment(AFTER))], "P28 last changed before the three days"


def test_a_row_that_changed_and_vanished_on_one_day_is_one_row(shop: Shop, tmp_path: Path) -> None:
    project, connection = shop
    project = make(
        tmp_path / "lines",
        contract({**VERSIONS, "updated_at": {"type": "TIMESTAMP", "required": True}}, COMPARE),
    )
    connection.execute("UPDATE product_log SET updated_at = '2026-03-10 09:00+00' WHERE sku = 'P04'")
    vanish(connection, "P04")
    (record,) = project.land()
    assert dead(project, record) == [("P04", "name 4", last_moment(DAY))]
    assert (record.rows, record.extracted, record.deduplicated, record.tombstones) == (30, 31, 1, 1)


def test_a_relation_that_is_not_there_is_named(shop: Shop, tmp_path: Path) -> None:
    project = make(tmp_path / "b", contract(VERSIONS, {**COMPARE, "keyCompare": {"relation": "public.nothing"}}))
    with pytest.raises(GhalaError, match=r"cannot be compared with public\.nothing"):
        project.land()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({**VERSIONS, "is_deleted": {"type": "VARCHAR"}}, "no BOOLEAN column"),
        ({**VERSIONS, "sku": {"type": "VARCHAR"}}, "primary key beside the cursor"),
        ({**VERSIONS, "updated_at": {"type": "DATE", "primaryKey": True}}, "cursor that is a TIMESTAMP"),
    ],
)
def test_a_contract_whose_keys_cannot_be_compared_is_refused(
    tmp_path: Path, columns: dict[str, dict[str, Any]], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        _ = make(tmp_path, contract(columns, COMPARE)).contracts
