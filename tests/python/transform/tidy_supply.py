"""The supply side of the tidy world: an order in dollars, its receipt and invoice, a transfer, a count, prices."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.tidy_rows import COUNT_ID, DAYS, PRICE, Row, at, changed, written

RATE = Decimal(125)
FOREIGN_COST = Decimal("0.04")  # dollars: 5 shillings at the rate
MONDAY = date(2026, 1, 5)


def movement(number: int, kind: str, qty: int, moment: datetime, reference: tuple[str, str, int | None]) -> Row:
    """A movement of P1 in WH01."""
    names = dict(zip(("reference_type", "reference_id", "reference_line_no"), reference, strict=True))
    row = {"movement_id": f"M{number}", "sku": "P1", "warehouse_code": "WH01", "movement_type": kind, "qty_signed": qty}
    return row | names | {"unit_cost": Decimal(5), "moved_at": moment} | written(moment)


def _stock(world: BronzeWorld) -> None:
    transfer = ("TRANSFER", "TRF1", None)
    ledger = [
        [
            movement(1, "OPENING", 100, at(1, 2), ("OPENING", "opening", None)),
            movement(0, "OPENING", 8, at(1, 2), ("OPENING", "opening", None)) | {"warehouse_code": "WH02"},
        ],
        [
            movement(2, "ADJUST", -2, at(2, 5), ("COUNT", COUNT_ID, None)),
            movement(3, "SHIP", -3, at(2, 15), ("SHIPMENT", "S1", 1)),
            movement(5, "TRANSFER_OUT", -10, at(2, 16), transfer) | {"counterpart_warehouse_code": "WH02"},
        ],
        [
            movement(4, "RECEIPT", 5, at(3, 7), ("PO_RECEIPT", "G1", 1)),
            movement(6, "TRANSFER_IN", 10, at(3, 9), transfer)
            | {"counterpart_warehouse_code": "WH01", "warehouse_code": "WH02"},
            movement(7, "RETURN_IN", 1, at(3, 10), ("RETURN", "RET1", 1)),
        ],
    ]
    for day, movements in zip(DAYS, ledger, strict=True):
        world.land("erp", "inventory_ledger", day, movements)
    counted = {"row_no": 1, "sku": "P1", "bin": "A1", "counted_qty": 98, "uom": "EA", "counter": "Asha"}
    counted_at = {"count_id": COUNT_ID, "counted_at": at(1, 20) + timedelta(minutes=55)}
    world.land("wms", "stock_counts", DAYS[0], [counted | counted_at])
    evidence = {"adjustment_id": f"{COUNT_ID}/P1", "drop_file": "adjustments_20260102_WH01.csv", "bin": "A1"}
    found = {"sku": "P1", "qty": -2, "uom": "EA", "reason": "count", "adjusted_at": at(2, 5), "operator": "Asha"}
    world.land("wms", "adjustments", DAYS[1], [evidence | found])


def _purchases(world: BronzeWorld) -> None:
    for day in DAYS:
        world.land("erp", "fx_rates", day, [{"currency": "USD", "rate_date": day, "rate": RATE} | written(at(1, 0))])
    order = {"po_number": "PO1", "supplier_code": "S1", "warehouse_code": "WH01", "status": "sent", "currency": "USD"}
    times = {"ordered_at": at(1, 6), "approved_at": at(1, 7), "sent_at": at(1, 8), "promised_date": DAYS[1]}
    line = {"po_number": "PO1", "line_no": 1, "sku": "P1", "ordered_qty": 6, "cancelled_qty": 0}
    world.land("erp", "purchase_orders", DAYS[0], [order | times | changed(at(1, 8))])
    world.land("erp", "purchase_order_lines", DAYS[0], [line | {"unit_cost": FOREIGN_COST} | changed(at(1, 8))])
    document = {"grn_number": "G1", "line_no": 1, "po_number": "PO1", "po_line_no": 1, "supplier_code": "S1"}
    received = {"warehouse_code": "WH01", "sku": "P1", "received_qty": 6, "rejected_qty": 1, "accepted_qty": 5}
    arrived = {"uom": "EA", "unit_cost": Decimal(5), "received_at": at(3, 7), "promised_date": DAYS[1]}
    world.land("erp", "goods_receipts", DAYS[2], [document | received | arrived | changed(at(3, 7))])
    invoice = {"invoice_number": "INV1", "line_no": 1, "supplier_code": "S1", "supplier_name": "Chai Ltd"}
    refers = {"po_number": "PO1", "po_line_no": 1, "grn_number": "G1", "currency": "USD", "status": "open"}
    amounts = {"invoiced_qty": 5, "unit_price": FOREIGN_COST, "line_amount": 5 * FOREIGN_COST}
    due = {"invoice_date": DAYS[2], "due_date": date(2026, 2, 2)}
    world.land("erp", "supplier_invoices", DAYS[2], [invoice | refers | amounts | due | changed(at(3, 12))])
    quote = {"quote_file": "quotes_20251229_S1.csv", "row_no": 1, "supplier_sku": "X1", "sku": "P1", "currency": "USD"}
    offer = {"cost": FOREIGN_COST, "moq": 1, "lead_time": 2, "effective_date": date(2025, 12, 29)}
    world.land("supplier_feed", "price_quotes", DAYS[0], [quote | offer])


def _shelf(world: BronzeWorld) -> None:
    prices = [
        {"sku": sku, "channel": "web", "valid_from": at(day, 21), "list_price": PRICE} | changed(at(day, 20))
        for sku, day in (("P1", 1), ("P1", 2), ("P2", 1))
    ]
    launched = [price | {"valid_from": at(1, 0)} | changed(at(1, 0)) for price in prices[::2]]
    world.land("erp", "price_list", DAYS[0], [*launched, prices[0]])
    world.land("erp", "price_list", DAYS[1], [prices[1] | {"promo_price": Decimal(100), "promo_code": "NEWYEAR"}])
    promotion = {"promo_code": "NEWYEAR", "name": "New year", "mechanic": "pct", "discount_pct": Decimal("0.1")}
    plan = {"budget": Decimal(1000), "funding": "own", "planned_start": DAYS[1], "planned_end": DAYS[2]}
    world.land("erp", "promotions", DAYS[0], [promotion | plan | {"status": "planned"} | changed(at(1, 5))])
    item = {"promo_code": "NEWYEAR", "sku": "P1", "scope_type": "channel", "scope_code": "web"}
    held = {"valid_from": at(2, 21), "valid_to": at(3, 21)}
    world.land("erp", "promotion_items", DAYS[0], [item | held | changed(at(1, 5))])
    forecast = {"run_date": date(2025, 12, 29), "sku": "P1", "warehouse_code": "WH01", "target_week": MONDAY}
    made = {"model": "seasonal_naive", "qty": Decimal(4)}
    world.land("forecasts", "demand_forecasts", DAYS[0], [forecast | made])


def supply(world: BronzeWorld) -> None:
    """Land it."""
    _stock(world)
    _purchases(world)
    _shelf(world)
