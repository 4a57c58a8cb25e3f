"""Bad input that one source alone can send: each ends in one handling, and every row is accounted for."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from orchestration.config import REPOSITORY
from orchestration.contracts import contracts_of
from orchestration.ingest.check import Tally, checker, split
from orchestration.ingest.reasons import decode
from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build
from tests.python.transform.tidy_rows import DAYS, Row, at, product, written

LINES = ("--select", "+fct_order_lines")


def asked(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{home / 'star.duckdb'}' as star (read_only)")
        return connection.execute(sql).fetchall()


def sold(number: str, sku: str, day: int) -> Row:
    line = {"order_id": number, "line_no": 1, "sku": sku, "qty": 2, "cancelled_qty": 0, "unit_price": Decimal(58)}
    order = {"channel": "till", "warehouse_code": "WH01", "status": "delivered", "vat_class": "standard"}
    return line | order | {"discount": Decimal(0), "placed_at": at(day, 9)} | written(at(day, 9))


def test_a_product_that_comes_three_days_after_its_sale_takes_the_place_of_late_arriving(home: Path) -> None:
    world = BronzeWorld(home)
    world.land("erp", "products", DAYS[0], [product("P1", 5, at(1))])
    world.land("commerce", "order_lines", DAYS[0], [sold("O1", "P1", 1), sold("O2", "P9", 1)])
    build(home, *LINES)
    lines = "select order_id, product_key > 0, cogs_amount::int from star.marts.fct_order_lines order by 1"
    assert asked(home, lines) == [("O1", True, 10), ("O2", False, 0)]
    assert asked(home, "select product_key from star.marts.fct_order_lines where order_id = 'O2'") == [(-3,)]
    late = DAYS[0].replace(day=4)
    world.land("erp", "products", late, [product("P9", 7, at(4))])
    build(home, *LINES)
    assert asked(home, lines) == [("O1", True, 10), ("O2", True, 14)]
    member = "select lines.sku = product.sku from star.marts.fct_order_lines lines join star.marts.dim_product product"
    assert asked(home, f"{member} using (product_key)") == [(True,), (True,)]


def test_of_two_changes_of_one_moment_the_one_that_came_last_holds_and_no_interval_is_empty(home: Path) -> None:
    world = BronzeWorld(home)
    first, second, third = product("P1", 5, at(1)), product("P1", 6, at(2)), product("P1", 8, at(2))
    world.land("erp", "products", DAYS[0], [first])
    world.land("erp", "products", DAYS[1], [second])
    build(home, "--select", "+dim_product")
    world.land("erp", "products", DAYS[2], [third])
    build(home, "--select", "+dim_product")
    versions = (
        "select standard_cost::int, valid_from < valid_to, is_current from star.marts.dim_product"
        " where sku = 'P1' order by valid_from"
    )
    assert asked(home, versions) == [(5, True, False), (8, True, True)]
    assert asked(home, "select count(*) from snapshots.snap_products where valid_from >= valid_to") == [(0,)]
    delivered = "select count(*) from intermediate.int_products__versions where sku = 'P1'"
    for name in ("star.duckdb", "warehouse.duckdb"):
        (home / name).unlink()
    build(home, "--select", "+dim_product")
    assert asked(home, versions) == [(5, True, False), (8, True, True)]
    assert asked(home, delivered) == [(3,)], "no delivered row is lost"


def test_an_interval_that_ends_before_it_begins_is_set_aside_with_its_reason() -> None:
    (contract,) = [c for c in contracts_of(REPOSITORY / "contracts") if c.key == "erp.promotion_items"]
    check = checker(contract)
    item = {"promo_code": "TEN", "sku": "GH000001", "scope_type": "channel", "scope_code": "web", "is_deleted": False}
    whole = item | {"valid_from": at(1), "valid_to": at(5)} | written(at(1))
    rows = [whole, whole | {"sku": "GH000002", "valid_to": at(1, 7)}, whole | {"sku": "GH000003", "valid_to": at(1)}]
    tally = Tally()
    good, bad = split(check, pl.DataFrame(rows).select(check.names), tally)
    assert good["sku"].to_list() == ["GH000001"]
    assert bad is not None
    names = tuple(reason.id for reason in check.reasons)
    assert [(sku, set(decode(bits, names))) for sku, bits in bad.select("sku", "_reasons").iter_rows()] == [
        ("GH000002", {"interval_is_positive"}),
        ("GH000003", {"interval_is_positive"}),
    ]
    assert (tally.extracted, tally.quarantined) == (3, 2)
