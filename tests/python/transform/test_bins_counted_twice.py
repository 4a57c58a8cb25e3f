"""A sheet of a count that names one bin twice: the last line counts, however the rows lie in the file."""

from datetime import timedelta
from pathlib import Path

import duckdb

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build
from tests.python.transform.tidy_rows import DAYS, Row, at

COUNT = {"sku": "P1", "bin": "A1", "uom": "EA", "counter": "Asha"}


def line(number: int, qty: int, warehouse: str) -> Row:
    when = {"count_id": f"stock_20260101_{warehouse}", "counted_at": at(1, 20) + timedelta(minutes=55)}
    return COUNT | when | {"row_no": number, "counted_qty": qty}


def counted(home: Path) -> list[tuple[str, int]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select warehouse_code, counted_qty from intermediate.int_stock_counts__versions"
            " where _is_latest order by 1"
        ).fetchall()


def test_of_two_lines_for_a_bin_the_last_one_counts_until_the_sheet_comes_again(home: Path) -> None:
    world = BronzeWorld(home)
    wanted = ("--select", "+int_stock_counts__versions")
    first, second = line(7, 6, "WH01"), line(19, 4, "WH01")
    upside_down = [line(19, 4, "WH02"), line(7, 6, "WH02")]
    world.land("wms", "stock_counts", DAYS[0], [first, second, *upside_down])
    build(home, *wanted)
    assert counted(home) == [("WH01", 4), ("WH02", 4)]
    world.land("wms", "stock_counts", DAYS[1], [line(3, 5, "WH01")])  # again, with the same time
    build(home, *wanted)
    assert counted(home) == [("WH01", 5), ("WH02", 4)]
