"""Random rows of orders, returns, payments and web events: few keys, so that feeds meet and contradict each other."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.python.transform.draws import CUSTOMERS, DAYS, SKUS, WAREHOUSES, Row, moment, perhaps, versioned

ORDERS = ["O1", "O2", "O3"]
RECEIPTS = ["T1", "T2", "T3"]
REVERSALS = ["X1", "X2"]
REQUESTS = ["W1", "W2", "W3"]
MONEY = [Decimal("116.00"), Decimal("232.00")]


def order_line(draw: st.DrawFn) -> Row:
    placed_at = moment(draw)
    quantities = {"qty": 5, "cancelled_qty": draw(st.integers(0, 2)), "discount": Decimal(0)}
    row = {
        "order_id": draw(st.sampled_from(ORDERS)),
        "line_no": 1,
        "customer_id": draw(st.sampled_from(CUSTOMERS)),
        "warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "sku": draw(st.sampled_from(SKUS)),
        "channel": draw(st.sampled_from(["web", "till"])),
        "unit_price": draw(st.sampled_from([Decimal(0), Decimal("116.00")])),
        "promo_code": draw(st.sampled_from(["TEN", None])),
        "status": draw(st.sampled_from(["placed", "shipped", "cancelled"])),
        "vat_class": "standard",
        "placed_at": placed_at,
    }
    return row | quantities | versioned(placed_at + timedelta(hours=draw(st.integers(0, 24))))


def _order(draw: st.DrawFn) -> Row:
    placed_at = moment(draw)
    milestones = {
        name: perhaps(draw, moment(draw)) for name in ("paid_at", "allocated_at", "picked_at", "cancelled_at")
    }
    row = {
        "order_id": draw(st.sampled_from(ORDERS)),
        "customer_id": draw(st.sampled_from(CUSTOMERS)),
        "warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "channel": "web",
        "status": "placed",
        "payment_method": draw(st.sampled_from(["mpesa", "mpesa", "cash", "card"])),
        "currency": "KES",
        "shipping_fee": Decimal(50),
        "discount_total": Decimal(0),
        "order_total": Decimal(draw(st.sampled_from([398, 630]))),
        "promised_date": draw(st.sampled_from(DAYS)),
        "placed_at": placed_at,
    }
    return row | milestones | versioned(placed_at + timedelta(hours=draw(st.integers(0, 24))))


def _shipment_line(draw: st.DrawFn) -> Row:
    shipped_at, delivered_at = moment(draw), perhaps(draw, moment(draw))
    arrived = {"delivered_qty": 3, "damaged_qty": draw(st.integers(0, 1))} if delivered_at else {}
    row = {
        "shipment_id": draw(st.sampled_from(["S1", "S2"])),
        "line_no": 1,
        "order_id": draw(st.sampled_from(ORDERS)),
        "order_line_no": 1,
        "customer_id": draw(st.sampled_from(CUSTOMERS)),
        "sku": draw(st.sampled_from(SKUS)),
        "warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "carrier": "own_rider",
        "status": "shipped",
        "shipped_qty": 3,
        "freight": Decimal(50),
        "shipped_at": shipped_at,
        "delivered_at": delivered_at,
    }
    return row | arrived | versioned(moment(draw))


def _delivery_note(draw: st.DrawFn) -> Row:
    note = {"shipment_id": draw(st.sampled_from(["S1", "S2"])), "signed_at": moment(draw), "booked_at": moment(draw)}
    return note | {"documents_ok": draw(st.booleans()), "parcels": 1}


def _return_line(draw: st.DrawFn) -> Row:
    returned_at = moment(draw)
    row = {
        "return_id": draw(st.sampled_from(["RET1", "RET2"])),
        "line_no": 1,
        "order_id": draw(st.sampled_from(ORDERS)),
        "order_line_no": 1,
        "customer_id": draw(st.sampled_from(CUSTOMERS)),
        "warehouse_code": draw(st.sampled_from(WAREHOUSES)),
        "channel": "web",
        "status": "received",
        "sku": draw(st.sampled_from(SKUS)),
        "returned_qty": 2,
        "restocked_qty": 1,
        "scrapped_qty": 1,
        "reason_code": "damaged",
        "refund": Decimal(100),
        "returned_at": returned_at,
    }
    return row | versioned(returned_at + timedelta(hours=draw(st.integers(0, 24))))


def _promotion(draw: st.DrawFn) -> Row:
    row = {"promo_code": "TEN", "name": "Ten", "mechanic": "pct", "funding": "own", "status": "running"}
    return row | {"discount_pct": draw(st.sampled_from([Decimal("0.1"), Decimal("0.2")]))} | versioned(moment(draw))


def _payment_request(draw: st.DrawFn) -> Row:
    asked = {"checkout_request_id": draw(st.sampled_from(REQUESTS)), "order_id": draw(st.sampled_from(ORDERS))}
    return asked | {"amount": MONEY[0], "msisdn_hmac": "h", "requested_at": moment(draw)} | versioned(moment(draw))


def _callback(draw: st.DrawFn) -> Row:
    paid = {"result_code": 0, "receipt_number": draw(st.sampled_from(RECEIPTS)), "amount": draw(st.sampled_from(MONEY))}
    result = draw(st.sampled_from([paid | {"transaction_time": moment(draw)}, {"result_code": 1032}]))
    answer = {"checkout_request_id": draw(st.sampled_from(REQUESTS)), "merchant_request_id": "m", "result_desc": "done"}
    return answer | result | {"received_at": moment(draw)}


def _confirmation(draw: st.DrawFn) -> Row:
    row = {"trans_id": draw(st.sampled_from(RECEIPTS)), "transaction_type": "Buy Goods", "short_code": "600001"}
    paid = {"bill_ref": draw(st.sampled_from([*ORDERS, "SHOP"])), "amount": draw(st.sampled_from(MONEY))}
    return row | paid | {"trans_time": moment(draw), "received_at": moment(draw)}


def _reversal(draw: st.DrawFn) -> Row:
    row = {"trans_id": draw(st.sampled_from(REVERSALS)), "original_trans_id": draw(st.sampled_from(RECEIPTS))}
    given = {
        "amount": MONEY[0],
        "reason": draw(st.sampled_from(["RET1", "O1"])),
        "result_code": 0,
        "short_code": "400200",
    }
    return row | given | {"trans_time": moment(draw), "received_at": moment(draw)}


def _statement_line(draw: st.DrawFn) -> Row:
    reversed_payment = {
        "receipt_no": draw(st.sampled_from(REVERSALS)),
        "reason_type": "Reversal",
        "withdrawn": MONEY[0],
        "linked_receipt_no": draw(st.sampled_from(RECEIPTS)),
        "account_no": "RET2",
    }
    payment = {
        "receipt_no": draw(st.sampled_from(RECEIPTS)),
        "reason_type": "Pay Bill Online",
        "paid_in": draw(st.sampled_from(MONEY)),
        "account_no": draw(st.sampled_from(ORDERS)),
    }
    row = {"short_code": "400200", "completed_at": moment(draw), "status": "Completed", "fee": Decimal(1)}
    return row | {"balance": Decimal(0)} | draw(st.sampled_from([payment, reversed_payment]))


def _event(draw: st.DrawFn) -> Row:
    row = {
        "event_id": draw(st.sampled_from(["E1", "E2", "E3", "E4"])),
        "session_id": draw(st.sampled_from(["V1", "V2"])),
        "anon_id": "a",
        "customer_id": draw(st.sampled_from(CUSTOMERS)),
        "event_type": draw(st.sampled_from(["page_view", "view_item"])),
        "channel": "web",
        "sku": draw(st.sampled_from([*SKUS, None])),
        "dwell_ms": draw(st.integers(1, 9)),
        "utm_campaign": draw(st.sampled_from(["TEN", "newsletter", None])),
    }
    return row | {"ts_server": moment(draw)}


VERSION_KEYS = {
    "order_lines": ("order_id",),
    "orders": ("order_id",),
    "shipment_lines": ("shipment_id",),
    "delivery_notes": ("shipment_id",),
    "return_lines": ("return_id",),
    "promotions": ("promo_code", "updated_at"),
    "payment_requests": ("checkout_request_id",),
    "stk_callbacks": ("checkout_request_id",),
    "c2b_confirmations": ("trans_id",),
    "reversals": ("trans_id",),
    "statements": ("receipt_no",),
    "events": ("event_id",),
}
ORDER_POOLS = {
    ("commerce", "orders"): _order,
    ("commerce", "order_lines"): order_line,
    ("commerce", "shipment_lines"): _shipment_line,
    ("wms", "delivery_notes"): _delivery_note,
    ("commerce", "return_lines"): _return_line,
    ("erp", "promotions"): _promotion,
}
PAYMENT_POOLS = {
    ("commerce", "orders"): _order,
    ("commerce", "payment_requests"): _payment_request,
    ("mpesa", "stk_callbacks"): _callback,
    ("mpesa", "c2b_confirmations"): _confirmation,
    ("mpesa", "reversals"): _reversal,
    ("mpesa", "statements"): _statement_line,
}
WEB_POOLS = {("web", "events"): _event, ("erp", "promotions"): _promotion}
