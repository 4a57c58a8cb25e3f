"""A product that a count sheet finds in several bins, in pieces and cartons: the books know neither bin nor carton."""

import csv
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import REPOSITORY, build, dbt
from tests.python.transform.marts import read_marts
from tests.python.transform.tidy_rows import COUNT_ID, DAYS, Row, at, product, written

GATE = "stock_counts__a_difference_is_a_variance_row"
WANTED = ("--select", "+fct_stock_counts")
COUNTED_AT = at(1, 20) + timedelta(minutes=55)


def line(place: str, qty: int, unit: str = "EA") -> Row:
    row = {"count_id": COUNT_ID, "row_no": 1, "sku": "P1", "bin": place, "uom": unit, "counter": "Asha"}
    return row | {"counted_qty": qty, "counted_at": COUNTED_AT}


def movement(number: str, qty: int) -> Row:
    what = {"movement_id": number, "sku": "P1", "warehouse_code": "WH01", "movement_type": "OPENING", "qty_signed": qty}
    return what | {"unit_cost": Decimal(5), "moved_at": at(1, 2), "reference_type": "OPENING"} | written(at(1, 2))


def differences(home: Path) -> list[tuple[str, int, int, int]]:
    """Of each bin: what was counted, what of the books is set against it, and the difference."""
    with duckdb.connect(str(home / "star.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select bin, counted_qty, book_qty, variance_qty from marts.fct_stock_counts order by bin"
        ).fetchall()


def says_the_gate(home: Path, published_load: int) -> str:
    """Of a daily build, which looks at what came after the published loads (on Sundays at everything)."""
    published = home / "serving" / "ghala-0.json"
    published.parent.mkdir(exist_ok=True)
    published.write_text(f'{{"loads": {published_load}}}')
    result: Any = dbt(home, "build", "--select", GATE).result
    return str(result[0].status)


def test_the_bins_of_a_sheet_share_one_book_whichever_of_them_a_load_touches(home: Path) -> None:
    world = BronzeWorld(home)
    world.land("erp", "products", DAYS[0], [product("P1", 5, at(1, 1))])
    world.land("erp", "inventory_ledger", DAYS[0], [movement("M1", 100)])
    world.land("wms", "stock_counts", DAYS[0], [line("A1", 4, "CTN12"), line("B1", 47)])
    build(home, *WANTED)
    assert differences(home) == [("A1", 48, 53, -5), ("B1", 47, 47, 0)]

    world.land("wms", "stock_counts", DAYS[1], [line("B1", 60)])  # one bin again: the other bears no difference now
    build(home, *WANTED)
    assert differences(home) == [("A1", 48, 48, 0), ("B1", 60, 52, 8)]
    assert says_the_gate(home, published_load=3) == "pass"

    world.land("erp", "inventory_ledger", DAYS[1], [movement("M2", -5)])
    build(home, *WANTED)
    assert differences(home) == [("A1", 48, 48, 0), ("B1", 60, 47, 13)]

    world.land("wms", "stock_counts", DAYS[0], [line("B1", 47)])  # the sheet came again without a bin
    build(home, *WANTED)
    assert differences(home) == [("B1", 47, 95, -48)]

    incremental = read_marts(home)
    for name in ("star.duckdb", "warehouse.duckdb"):
        (home / name).unlink()
    build(home, *WANTED)
    assert read_marts(home) == incremental


def test_an_adjustment_in_cartons_is_one_of_pieces(home: Path) -> None:
    world = BronzeWorld(home)
    evidence = {"drop_file": "adjustments_20260102_WH01.csv", "sku": "P1", "bin": "A1", "reason": "count"}
    when = {"adjusted_at": at(2, 5), "operator": "Asha"}
    units = [("1", -2, "CTN12"), ("2", -2, "EA"), ("3", 3, "KG")]
    rows = [evidence | when | {"adjustment_id": key, "qty": qty, "uom": unit} for key, qty, unit in units]
    world.land("wms", "adjustments", DAYS[1], rows)
    build(home, "--select", "+int_stock_adjustments__versions")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select adjusted_qty from intermediate.int_stock_adjustments__versions order by adjustment_id"
        ).fetchall()
    assert found == [(-24,), (-2,), (3000,)]


@pytest.mark.parametrize("table", ["erp/goods_receipts", "wms/stock_counts", "wms/adjustments"])
def test_a_unit_that_ref_uom_does_not_know_is_set_aside_at_landing(table: str) -> None:
    with (REPOSITORY / "seeds" / "ref_uom.csv").open(encoding="utf-8") as file:
        known = {row["uom"] for row in csv.DictReader(file)}
    contract = yaml.safe_load((REPOSITORY / "contracts" / f"{table}.odcs.yaml").read_text(encoding="utf-8"))
    unit = next(column for column in contract["schema"][0]["properties"] if column["name"] == "uom")
    rules = [rule["arguments"]["validValues"] for rule in unit.get("quality", [])]
    assert [set(values) for values in rules] == [known]
