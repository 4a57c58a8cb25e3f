"""Words that the rows of the tidy world share: its days, and the columns that every row of a source has."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
DAYS = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)]
COUNT_ID = "stock_20260101_WH01"
# The order: 4 units of P1 for 116 and 50 shipping are paid; one unit is cancelled then, and one comes back.
PRICE, SHIPPING = Decimal(116), Decimal(50)
PAID, TOTAL = 4 * PRICE + SHIPPING, 3 * PRICE + SHIPPING


def at(day: int, hour: int = 8, minute: int = 0) -> datetime:
    """A moment of January 2026, UTC."""
    return datetime(2026, 1, day, hour, minute)


def written(moment: datetime) -> Row:
    """When a row was made and changed."""
    return {"created_at": at(1, 0), "updated_at": moment}


def changed(moment: datetime) -> Row:
    """The same of a row that the source may delete."""
    return {"is_deleted": False} | written(moment)


def product(sku: str, cost: int, moment: datetime) -> Row:
    """A version of a product."""
    fixed = {"name": f"Product {sku}", "category": "Food", "vat_class": "standard", "status": "active"}
    return {"sku": sku, "standard_cost": Decimal(cost)} | fixed | changed(moment)
