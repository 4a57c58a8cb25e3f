"""A tiny retailer in which every invariant holds: three days, two products, one order, one receipt, one count."""

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.tidy_rows import DAYS, at, changed, product
from tests.python.transform.tidy_sales import sales
from tests.python.transform.tidy_supply import supply


def tidy_world(world: BronzeWorld) -> None:
    """Land it, one file per table and day."""
    master = changed(at(1, 1))
    world.land("erp", "products", DAYS[0], [product("P1", 5, at(1, 1)), product("P2", 7, at(1, 1))])
    world.land("erp", "products", DAYS[1], [product("P1", 6, at(2, 8))])
    warehouses = [{"warehouse_code": code, "name": code} | master for code in ("WH01", "WH02")]
    world.land("erp", "warehouses", DAYS[0], warehouses)
    world.land("erp", "suppliers", DAYS[0], [{"supplier_code": "S1", "legal_name": "Chai Ltd"} | master])
    world.land("commerce", "customers", DAYS[0], [{"customer_id": "C1", "segment": "home"} | master])
    supply(world)
    sales(world)
