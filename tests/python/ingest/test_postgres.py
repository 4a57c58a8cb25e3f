"""A real PostgreSQL: exact types, windows, and what a person reads when it cannot be read."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from orchestration.errors import ConfigError, GateError, GhalaError, UnavailableError
from orchestration.ingest.extract import postgres as extractor
from tests.python.ingest.project import DAY, Project, contract, make, tree

COLUMNS: dict[str, dict[str, Any]] = {
    "id": {"type": "BIGINT", "primaryKey": True},
    "code": {"type": "VARCHAR", "required": True},
    "price": {"type": "DECIMAL(38,10)"},
    "seen_on": {"type": "DATE"},
    "updated_at": {"type": "TIMESTAMP", "required": True},
}
DATABASE: dict[str, Any] = {
    "type": "postgres",
    "connection": "shop",
    "relation": "public.sales",
    "cursor": "updated_at",
}


@pytest.fixture
def shop(postgres: str, tmp_path: Path) -> Iterator[tuple[Project, psycopg.Connection]]:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("SET lock_timeout = '5s'")  # a reader that keeps its transaction open fails these tests
        connection.execute("DROP TABLE IF EXISTS sales")
        connection.execute(
            "CREATE TABLE sales (id bigint, code text, price numeric(38,10), seen_on date, updated_at timestamptz)"
        )
        connection.execute(
            "INSERT INTO sales VALUES (9007199254740993, '007', 1234567890123456789012345678.0123456789, '2026-03-01',"
            " '2026-03-01 23:30:00+03'), (2, 'b', NULL, NULL, '2026-03-10 00:00:00+00'),"
            " (3, 'c', 0.1, NULL, '2026-03-10 23:59:59.999999+00'), (4, 'd', 1, NULL, '2026-03-11 00:00:00+00')"
        )
        os.environ["GHALA_SHOP_DSN"] = postgres
        yield make(tmp_path, contract(COLUMNS, DATABASE)), connection


def test_values_arrive_exactly_and_windows_neither_overlap_nor_leave_a_gap(
    shop: tuple[Project, psycopg.Connection],
) -> None:
    project, _ = shop
    first, second = project.land(DAY, date(2026, 3, 11))
    rows = project.rows(first)
    assert rows["id"].to_list() == [2, 3, 9007199254740993]
    assert rows["code"][2] == "007"
    assert rows["price"][2] == Decimal("1234567890123456789012345678.0123456789")
    assert rows["updated_at"][2] == datetime(2026, 3, 1, 20, 30)
    assert project.rows(second)["id"].to_list() == [4]
    assert first.max_cursor == "2026-03-10T23:59:59.999999"


def test_the_first_date_takes_all_that_is_older_also_when_it_is_landed_again(
    shop: tuple[Project, psycopg.Connection],
) -> None:
    project, _ = shop
    before = project.land(DAY, date(2026, 3, 11))
    assert project.land(date(2026, 3, 11)) == [before[1]]
    assert project.land(DAY) == [before[0]]
    assert project.records() == before


def test_an_older_date_leaves_the_first_one_what_only_it_has(shop: tuple[Project, psycopg.Connection]) -> None:
    project, connection = shop
    connection.execute("INSERT INTO sales VALUES (5, 'e', 1, NULL, '2026-02-01 08:00+00')")
    (before,) = project.land()
    (older,) = project.land(date(2026, 2, 10))
    (again,) = project.land(run_id="again")
    assert project.rows(before)["id"].to_list() == [2, 3, 9007199254740993], "1 March is in the window of no other"
    assert project.rows(older)["id"].to_list() == [5]
    assert (before.rows, again.rows) == (4, 3)


@pytest.mark.parametrize("how", [{}, {"relation": None, "query": "select * from public.sales;"}])
def test_rows_without_a_cursor_are_no_silent_loss(
    shop: tuple[Project, psycopg.Connection], tmp_path: Path, how: dict[str, Any]
) -> None:
    extraction = {key: value for key, value in {**DATABASE, **how}.items() if value is not None}
    project, connection = make(tmp_path, contract(COLUMNS, extraction)), shop[1]
    before = project.land()
    connection.execute("INSERT INTO sales VALUES (5, 'e', 1, NULL, NULL), (6, 'f', 1, NULL, NULL)")
    with pytest.raises(GateError) as caught:
        project.land(date(2026, 3, 11))
    assert caught.value.exit_code == 1 and "sales" in caught.value.where
    assert caught.value.what == (
        "shop.sales is not landed: 2 rows have no updated_at, the cursor, and would never land"
    )
    assert "NOT NULL" in caught.value.next_step and "coalesce(updated_at, created_at)" in caught.value.next_step
    assert project.records() == before
    connection.execute("UPDATE sales SET updated_at = '2026-03-11 09:00+00' WHERE updated_at IS NULL")
    (after,) = project.land(date(2026, 3, 11))
    assert project.rows(after)["id"].to_list() == [4, 5, 6]


@pytest.mark.parametrize("type_", ["timestamptz", "timestamptz NOT NULL", "timestamp", "date"])
@pytest.mark.parametrize("how", [{}, {"relation": None, "query": "select * from public.sales"}])
def test_rows_of_an_infinite_cursor_are_no_silent_loss(
    shop: tuple[Project, psycopg.Connection], tmp_path: Path, how: dict[str, Any], type_: str
) -> None:
    extraction = {key: value for key, value in {**DATABASE, **how}.items() if value is not None}
    columns = {**COLUMNS, "updated_at": {"type": "DATE"}} if type_ == "date" else COLUMNS
    project, connection = make(tmp_path, contract(columns, extraction)), shop[1]
    connection.execute(f"ALTER TABLE sales ALTER updated_at TYPE {type_.removesuffix(' NOT NULL')}")
    if "NOT NULL" in type_:
        connection.execute("ALTER TABLE sales ALTER updated_at SET NOT NULL")
    before = project.land()
    connection.execute("INSERT INTO sales VALUES (5, 'e', 1, NULL, 'infinity'), (6, 'f', 1, NULL, '-infinity')")
    with pytest.raises(GateError) as caught:
        project.land(date(2026, 3, 11))
    assert caught.value.what == (
        "shop.sales is not landed: 2 rows have an infinite updated_at, the cursor, and would never land"
    )
    assert "case when isfinite(updated_at) then updated_at else created_at end" in caught.value.next_step
    assert project.records() == before
    connection.execute("UPDATE sales SET updated_at = '2026-03-11' WHERE NOT isfinite(updated_at)")
    (after,) = project.land(date(2026, 3, 11))
    assert project.rows(after)["id"].to_list() == [4, 5, 6]


def test_rows_without_and_of_an_infinite_cursor_are_said_together(shop: tuple[Project, psycopg.Connection]) -> None:
    project, connection = shop
    connection.execute("INSERT INTO sales VALUES (5, 'e', 1, NULL, 'infinity'), (6, 'f', 1, NULL, NULL)")
    with pytest.raises(GateError, match="1 row has no updated_at and 1 row has an infinite updated_at, the cursor"):
        project.land()


def test_cursors_are_counted_once_a_run(
    shop: tuple[Project, psycopg.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = shop
    asked: list[str] = []
    once = extractor.Postgres._answer

    def noted(self: extractor.Postgres, statement: str) -> tuple[Any, ...]:
        asked.append(statement)
        return once(self, statement)

    monkeypatch.setattr(extractor.Postgres, "_answer", noted)
    project.land(DAY, date(2026, 3, 11))
    assert sum("count(*)" in one and "from sales where" in one for one in asked) == 1


def test_physical_order_does_not_change_the_bytes(shop: tuple[Project, psycopg.Connection]) -> None:
    project, connection = shop
    (before,) = project.land()
    connection.execute("CREATE TABLE turned AS SELECT * FROM sales ORDER BY id; DROP TABLE sales")
    connection.execute("ALTER TABLE turned RENAME TO sales")
    files = tree(project.home / "bronze")
    assert project.land(run_id="again") == [before]
    assert tree(project.home / "bronze") == files


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ALTER TABLE sales RENAME code TO product_code", "column 'code' is missing (renamed to 'product_code'?)"),
        ("ALTER TABLE sales ADD colour text", "column 'colour' is new"),
        (
            "ALTER TABLE sales ALTER price TYPE double precision",
            "column 'price' is Float64 and no longer DECIMAL(38,10)",
        ),
        ("ALTER TABLE sales ALTER id TYPE text", "column 'id' is String and no longer BIGINT"),
    ],
)
def test_schema_drift_blocks_with_a_diff_in_words(
    shop: tuple[Project, psycopg.Connection], change: str, words: str
) -> None:
    project, connection = shop
    (before,) = project.land()
    connection.execute(change.encode())
    with pytest.raises(GateError) as caught:
        project.land()
    assert words in caught.value.what
    assert project.records() == [before]


def test_a_wrong_password_is_said_at_once_and_never_shown(
    shop: tuple[Project, psycopg.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = shop
    (before,) = project.land()
    monkeypatch.setenv("GHALA_SHOP_DSN", os.environ["GHALA_SHOP_DSN"].replace(":secret@", ":wr0ng@"))
    with pytest.raises(GhalaError) as caught:
        project.land()
    assert "refuses the connection" in caught.value.what and "GHALA_SHOP_DSN" in caught.value.next_step
    assert "wr0ng" not in str(caught.value) and caught.value.exit_code == 1
    assert project.records() == [before]


def test_a_server_that_is_down_is_tried_again_and_then_named(
    shop: tuple[Project, psycopg.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = shop
    attempts = []
    once = extractor.Postgres._attach

    def counted(self: extractor.Postgres, dsn: str) -> None:
        attempts.append(1)
        once(self, dsn)

    monkeypatch.setattr(extractor.Postgres, "_attach", counted)
    monkeypatch.setenv("GHALA_SHOP_DSN", "postgresql://reader:secret@127.0.0.1:1/postgres")
    with pytest.raises(UnavailableError, match=r"'shop' does not answer.*also after 3 more attempts"):
        project.land()
    assert len(attempts) == 4


def test_a_connection_without_settings_is_a_configuration_error(
    shop: tuple[Project, psycopg.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GHALA_SHOP_DSN")
    with pytest.raises(ConfigError, match="GHALA_SHOP_DSN is not set"):
        shop[0].land()
