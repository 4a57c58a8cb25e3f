"""A build leaves alone what nothing new touches, also where an input runs ahead of a fact's own loads.

A row is marked by a value that no build would give it: it keeps it until it is made again.
"""

from datetime import date
from pathlib import Path

import duckdb

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build
from tests.python.transform.tidy_rows import DAYS, at, product
from tests.python.transform.tidy_world import tidy_world

WANTED = ("--select", "+fct_demand_forecasts", "+fct_order_lines")
WEEK = date(2025, 12, 29)  # of the order of the tidy world
MARK = 77


def mark(home: Path, fact: str, column: str) -> None:
    with duckdb.connect(str(home / "star.duckdb")) as connection:
        connection.execute(f"update marts.{fact} set {column} = {MARK}")


def ask(home: Path, fact: str, columns: str, where: str = "true") -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "star.duckdb"), read_only=True) as connection:
        return connection.execute(f"select {columns} from marts.{fact} where {where}").fetchall()


def test_facts_of_a_closed_week_and_of_known_members_are_made_once(home: Path) -> None:
    world = BronzeWorld(home)
    forecast = {"run_date": date(2025, 12, 22), "sku": "P1", "warehouse_code": "WH01", "target_week": WEEK, "qty": 4}
    world.land("forecasts", "demand_forecasts", date(2025, 12, 31), [forecast | {"model": "seasonal_naive"}])
    tidy_world(world)
    world.land("commerce", "order_lines", date(2026, 1, 5), [])  # the week is closed
    build(home, *WANTED)
    closed = f"target_week = date '{WEEK}'"
    assert ask(home, "fct_demand_forecasts", "actual_qty", closed) == [(3,)]

    mark(home, "fct_demand_forecasts", "forecast_qty")
    world.land("erp", "suppliers", DAYS[2], [])
    build(home, *WANTED)
    assert ask(home, "fct_demand_forecasts", "forecast_qty", closed) == [(MARK,)], "the week's demand is as it was"

    (before,) = ask(home, "fct_order_lines", "product_key")
    world.land("erp", "products", DAYS[2], [product("P1", 9, at(2, 8, 30))])  # half an hour before the order
    build(home, *WANTED)
    assert ask(home, "fct_order_lines", "product_key") != [before], "another version covers the order"

    mark(home, "fct_order_lines", "qty")
    world.land("erp", "suppliers", date(2026, 1, 6), [])
    build(home, *WANTED)
    assert ask(home, "fct_order_lines", "qty") == [(MARK,)], "a version that was looked up is not looked up again"
