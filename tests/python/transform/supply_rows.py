"""Drawn rows of the supply side: promotions and prices, purchase orders and their documents, shipments, forecasts."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.python.transform.draws import DAYS, SKUS, WAREHOUSES, Row, moment, perhaps_later, versioned

PROMOTIONS = ["PR1", "PR2"]
PURCHASE_ORDERS = ["PO1", "PO2"]
CURRENCIES = ["KES", "USD", "EUR"]
WEEKS = [date(2025, 12, 29), date(2026, 1, 5)]  # the first ends on the last day that is landed


def _promotion(draw: st.DrawFn) -> Row:
    row = {
        "promo_code": draw(st.sampled_from(PROMOTIONS)),
        "name": draw(st.sampled_from(["Ten", "Ten off"])),
        "mechanic": "pct",
        "status": draw(st.sampled_from(["planned", "running"])),
        "planned_start": draw(st.sampled_from(DAYS)),
    }
    return row | versioned(moment(draw))


def _promotion_item(draw: st.DrawFn) -> Row:
    scope_type, scope_code = draw(st.sampled_from([("channel", "web"), ("warehouse", "WH01")]))
    valid_from = moment(draw)
    row = {
        "promo_code": draw(st.sampled_from(PROMOTIONS)),
        "sku": draw(st.sampled_from(SKUS)),
        "scope_type": scope_type,
        "scope_code": scope_code,
        "valid_from": valid_from,
        "valid_to": valid_from + timedelta(days=2),
    }
    return row | versioned(moment(draw)) | {"is_deleted": draw(st.booleans())}


def _price(draw: st.DrawFn) -> Row:
    row = {
        "sku": draw(st.sampled_from(SKUS)),
        "channel": "web",
        "valid_from": moment(draw).replace(hour=21),
        "list_price": Decimal(draw(st.integers(1, 3))),
        "promo_code": draw(st.sampled_from([*PROMOTIONS, None])),
    }
    return row | versioned(moment(draw))


def _rate(draw: st.DrawFn) -> Row:
    row = {"currency": draw(st.sampled_from(["USD", "EUR"])), "rate_date": draw(st.sampled_from(DAYS))}
    return row | {"rate": Decimal(draw(st.integers(100, 104)))} | versioned(moment(draw))


def _quote(draw: st.DrawFn) -> Row:
    effective_date = draw(st.sampled_from(DAYS))
    return {
        "quote_file": f"quotes_{effective_date:%Y%m%d}_S1",
        "row_no": draw(st.integers(1, 3)),
        "sku": draw(st.sampled_from(SKUS)),
        "cost": Decimal(draw(st.integers(1, 3))),
        "currency": draw(st.sampled_from(CURRENCIES)),
        "effective_date": effective_date,
    }


def _purchase_order(draw: st.DrawFn) -> Row:
    ordered_at = moment(draw)
    row = {
        "po_number": draw(st.sampled_from(PURCHASE_ORDERS)),
        "supplier_code": "S1",
        "warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "status": "sent",
        "currency": draw(st.sampled_from(CURRENCIES)),
        "promised_date": draw(st.sampled_from(DAYS)),
        "ordered_at": ordered_at,
        "approved_at": perhaps_later(draw, ordered_at),
        "sent_at": perhaps_later(draw, ordered_at),
    }
    return row | versioned(moment(draw)) | {"is_deleted": draw(st.sampled_from([False, False, True]))}


def _purchase_order_line(draw: st.DrawFn) -> Row:
    row = {
        "po_number": draw(st.sampled_from(PURCHASE_ORDERS)),
        "line_no": 1,
        "sku": draw(st.sampled_from(SKUS)),
        "ordered_qty": 10,
        "cancelled_qty": draw(st.sampled_from([0, 0, 3, 10])),
        "unit_cost": Decimal(draw(st.integers(1, 3))),
    }
    return row | versioned(moment(draw))


def _invoice(draw: st.DrawFn) -> Row:
    invoiced_at = moment(draw)
    row = {
        "invoice_number": draw(st.sampled_from(["INV1", "INV2"])),
        "line_no": 1,
        "supplier_code": "S1",
        "po_number": draw(st.sampled_from(PURCHASE_ORDERS)),
        "po_line_no": 1,
        "invoiced_qty": draw(st.integers(5, 20)),
        "currency": "KES",
        "invoice_date": invoiced_at.date(),
        "paid_at": perhaps_later(draw, invoiced_at),
    }
    return row | versioned(moment(draw))


def _shipment_line(draw: st.DrawFn) -> Row:
    shipped_at = moment(draw)
    row = {
        "shipment_id": draw(st.sampled_from(["SH1", "SH2"])),
        "line_no": 1,
        "order_id": draw(st.sampled_from(["O1", "O2"])),
        "order_line_no": 1,
        "warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "sku": draw(st.sampled_from(SKUS)),
        "carrier": "own_rider",
        "status": "shipped",
        "shipped_qty": draw(st.integers(1, 5)),
        "freight": Decimal(0),
        "shipped_at": shipped_at,
    }
    return row | versioned(shipped_at + timedelta(hours=draw(st.integers(0, 24))))


def _forecast(draw: st.DrawFn) -> Row:
    return {
        "run_date": draw(st.sampled_from([date(2025, 12, 22), date(2025, 12, 29)])),
        "sku": draw(st.sampled_from(SKUS)),
        "warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "target_week": draw(st.sampled_from(WEEKS)),
        "model": "ets",
        "qty": Decimal(draw(st.integers(0, 9))),
    }


VERSION_KEYS: dict[str, tuple[str, ...]] = {
    "promotions": ("promo_code", "updated_at"),
    "promotion_items": ("promo_code", "sku", "scope_type", "scope_code"),
    "price_list": ("sku", "channel", "valid_from"),
    "fx_rates": ("currency", "rate_date"),
    "price_quotes": ("quote_file", "row_no"),
    "purchase_orders": ("po_number",),
    "purchase_order_lines": ("po_number", "line_no"),
    "supplier_invoices": ("invoice_number", "line_no"),
    "shipment_lines": ("shipment_id", "line_no"),
    "demand_forecasts": ("run_date", "sku", "warehouse_code", "target_week", "model"),
}
Pools = dict[tuple[str, str], Callable[[st.DrawFn], Row]]
OFFER_POOLS: Pools = {
    ("erp", "promotions"): _promotion,
    ("erp", "promotion_items"): _promotion_item,
    ("erp", "price_list"): _price,
}
PROCUREMENT_POOLS: Pools = {
    ("erp", "fx_rates"): _rate,
    ("supplier_feed", "price_quotes"): _quote,
    ("erp", "purchase_orders"): _purchase_order,
    ("erp", "purchase_order_lines"): _purchase_order_line,
    ("erp", "supplier_invoices"): _invoice,
}
PLANNING_POOLS: Pools = {
    ("erp", "purchase_orders"): _purchase_order,
    ("erp", "purchase_order_lines"): _purchase_order_line,
    ("commerce", "shipment_lines"): _shipment_line,
    ("forecasts", "demand_forecasts"): _forecast,
}
