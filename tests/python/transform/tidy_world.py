"""A tiny retailer in which every invariant holds: three days, two products, one order, one receipt, one count."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.python.transform.bronze_world import BronzeWorld

Row = dict[str, Any]
DAYS = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)]


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 1, day, hour)


def changed(moment: datetime) -> Row:
    return {"is_deleted": False, "created_at": at(1, 0), "updated_at": moment}


def product(sku: str, cost: int, moment: datetime) -> Row:
    fixed = {"name": f"Product {sku}", "category": "Food", "vat_class": "standard", "status": "active"}
    return {"sku": sku, "standard_cost": Decimal(cost)} | fixed | changed(moment)


def movement(number: int, kind: str, qty: int, moment: datetime, reference: tuple[str, str, int | None]) -> Row:
    names = dict(zip(("reference_type", "reference_id", "reference_line_no"), reference, strict=True))
    row = {"movement_id": f"M{number}", "sku": "P1", "warehouse_code": "WH01", "movement_type": kind, "qty_signed": qty}
    return row | names | {"unit_cost": Decimal(5), "moved_at": moment} | changed(moment)


def tidy_world(world: BronzeWorld) -> None:
    """Land it, one file per table and day."""
    master = changed(at(1, 1))
    order = {"order_id": "O1", "customer_id": "C1", "channel": "web", "warehouse_code": "WH01", "status": "delivered"}
    order_line = {
        "line_no": 1,
        "sku": "P1",
        "qty": 4,
        "cancelled_qty": 1,
        "unit_price": Decimal(116),
        "discount": Decimal(0),
    }
    money = {"shipping_fee": Decimal(50), "discount_total": Decimal(0), "order_total": Decimal(398)}
    placed = {"placed_at": at(2, 9)} | changed(at(2, 9))
    shipment = {
        "shipment_id": "S1",
        "line_no": 1,
        "order_id": "O1",
        "order_line_no": 1,
        "customer_id": "C1",
        "sku": "P1",
    }
    shipped = {
        "warehouse_code": "WH01",
        "carrier": "own_rider",
        "status": "shipped",
        "shipped_qty": 3,
        "freight": Decimal(50),
    }
    receipt = {
        "grn_number": "G1",
        "line_no": 1,
        "po_number": "PO1",
        "po_line_no": 1,
        "supplier_code": "S1",
        "sku": "P1",
    }
    received = {
        "warehouse_code": "WH01",
        "received_qty": 6,
        "rejected_qty": 1,
        "accepted_qty": 5,
        "unit_cost": Decimal(5),
    }
    count_id = "stock_20260101_WH01"
    world.land("erp", "products", DAYS[0], [product("P1", 5, at(1, 1)), product("P2", 7, at(1, 1))])
    world.land("erp", "products", DAYS[1], [product("P1", 6, at(2, 8))])
    world.land("erp", "warehouses", DAYS[0], [{"warehouse_code": "WH01", "name": "Industrial Area"} | master])
    world.land("erp", "suppliers", DAYS[0], [{"supplier_code": "S1", "legal_name": "Chai Ltd"} | master])
    world.land("commerce", "customers", DAYS[0], [{"customer_id": "C1", "segment": "home"} | master])
    ledger = [
        [movement(1, "OPENING", 100, at(1, 2), ("OPENING", "opening", None))],
        [
            movement(2, "ADJUST", -2, at(2, 5), ("COUNT", count_id, None)),
            movement(3, "SHIP", -3, at(2, 15), ("SHIPMENT", "S1", 1)),
        ],
        [movement(4, "RECEIPT", 5, at(3, 7), ("PO_RECEIPT", "G1", 1))],
    ]
    for day, movements in zip(DAYS, ledger, strict=True):
        world.land("erp", "inventory_ledger", day, movements)
    world.land("commerce", "orders", DAYS[1], [order | {"payment_method": "mpesa", "currency": "KES"} | money | placed])
    world.land("commerce", "order_lines", DAYS[1], [order | order_line | {"vat_class": "standard"} | placed])
    world.land(
        "commerce", "shipment_lines", DAYS[1], [shipment | shipped | {"shipped_at": at(2, 15)} | changed(at(2, 15))]
    )
    arrived = {"received_at": at(3, 7), "promised_date": DAYS[1]} | changed(at(3, 7))
    world.land("erp", "goods_receipts", DAYS[2], [receipt | received | arrived])
    counted = {"row_no": 1, "sku": "P1", "bin": "A1", "counted_qty": 98, "uom": "EA", "counter": "Asha"}
    world.land(
        "wms",
        "stock_counts",
        DAYS[0],
        [counted | {"count_id": count_id, "counted_at": at(1, 20) + timedelta(minutes=55)}],
    )
