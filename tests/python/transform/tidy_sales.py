"""The demand side of the tidy world: an order paid by phone, its shipment, its return, and money without an order."""

from datetime import datetime
from decimal import Decimal

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.tidy_rows import DAYS, PAID, PRICE, SHIPPING, TOTAL, Row, at, written

PAYBILL = "400200"
STRAY = Decimal(70)


def _order(world: BronzeWorld) -> None:
    order = {"order_id": "O1", "customer_id": "C1", "channel": "web", "warehouse_code": "WH01", "status": "delivered"}
    bought = {"line_no": 1, "sku": "P1", "qty": 4, "cancelled_qty": 1, "unit_price": PRICE, "discount": Decimal(0)}
    money = {"shipping_fee": SHIPPING, "discount_total": Decimal(0), "order_total": TOTAL}
    placed = {"placed_at": at(2, 9)} | written(at(2, 18))
    times = {"paid_at": at(2, 9, 5), "allocated_at": at(2, 10), "picked_at": at(2, 11), "promised_date": DAYS[1]}
    tender = {"payment_method": "mpesa", "currency": "KES"}
    world.land("commerce", "orders", DAYS[1], [order | tender | money | times | placed])
    world.land("commerce", "order_lines", DAYS[1], [order | bought | {"vat_class": "standard"} | placed])
    shipment = {
        "shipment_id": "S1",
        "line_no": 1,
        "order_id": "O1",
        "order_line_no": 1,
        "customer_id": "C1",
        "sku": "P1",
    }
    sent = {"warehouse_code": "WH01", "carrier": "own_rider", "status": "delivered", "freight": SHIPPING}
    goods = {"shipped_qty": 3, "delivered_qty": 3, "damaged_qty": 0, "shipped_at": at(2, 15), "delivered_at": at(2, 18)}
    world.land("commerce", "shipment_lines", DAYS[1], [shipment | sent | goods | written(at(2, 18))])
    note = {"shipment_id": "S1", "signed_at": at(2, 18), "booked_at": at(2, 19), "documents_ok": True, "parcels": 1}
    world.land("wms", "delivery_notes", DAYS[1], [note])
    back = {"return_id": "RET1", "line_no": 1, "order_id": "O1", "order_line_no": 1, "customer_id": "C1", "sku": "P1"}
    where = {"warehouse_code": "WH01", "channel": "web", "status": "refunded", "reason_code": "changed_mind"}
    split = {"returned_qty": 1, "restocked_qty": 1, "scrapped_qty": 0, "refund": PRICE}
    when = {"returned_at": at(3, 10), "refunded_at": at(3, 11)} | written(at(3, 11))
    world.land("commerce", "return_lines", DAYS[2], [back | where | split | when])


def _statement(receipt: str, moment: datetime, amount: Decimal, reason: str, linked: str | None = None) -> Row:
    row = {
        "receipt_no": receipt,
        "short_code": PAYBILL,
        "completed_at": moment,
        "details": reason,
        "status": "Completed",
    }
    moved = {"paid_in": amount} if amount > 0 else {"withdrawn": -amount}
    return row | moved | {"fee": Decimal(0), "balance": Decimal(0), "reason_type": reason, "linked_receipt_no": linked}


def _reversal(number: str, amount: Decimal, moment: datetime, reason: str) -> Row:
    row = {"trans_id": number, "original_trans_id": "PAY1", "amount": amount, "trans_time": moment}
    return row | {"short_code": PAYBILL, "reason": reason, "result_code": 0, "msisdn_hmac": "h", "received_at": moment}


def _money(world: BronzeWorld) -> None:
    requests = [
        {"checkout_request_id": f"ws_{n}", "merchant_request_id": f"m_{n}", "order_id": "O1", "msisdn_hmac": "h"}
        | {"amount": PAID, "requested_at": at(2, 9, n)}
        | written(at(2, 9, n))
        for n in (1, 4)
    ]
    world.land("commerce", "payment_requests", DAYS[1], requests)
    failed = {"checkout_request_id": "ws_1", "merchant_request_id": "m_1", "result_code": 1032}
    failed |= {"result_desc": "Request cancelled by user", "received_at": at(2, 9, 2)}
    done = {"checkout_request_id": "ws_4", "merchant_request_id": "m_4", "result_code": 0, "result_desc": "Done"}
    paid = {"amount": PAID, "receipt_number": "PAY1", "transaction_time": at(2, 9, 5), "phone_hmac": "h"}
    world.land("mpesa", "stk_callbacks", DAYS[1], [failed, done | paid | {"received_at": at(2, 9, 5)}])
    stray = {"trans_id": "STRAY1", "transaction_type": "Pay Bill", "trans_time": at(2, 12), "amount": STRAY}
    typed = {"short_code": PAYBILL, "bill_ref": "0RD1", "msisdn_hmac": "h", "received_at": at(2, 12)}
    world.land("mpesa", "c2b_confirmations", DAYS[1], [stray | typed])
    world.land("mpesa", "reversals", DAYS[1], [_reversal("BACK1", PRICE, at(2, 14), "ORD1")])
    world.land("mpesa", "reversals", DAYS[2], [_reversal("BACK2", PRICE, at(3, 11), "RET1")])
    statement = [
        _statement("PAY1", at(2, 9, 5), PAID, "Pay Bill Online") | {"account_no": "O1"},
        _statement("STRAY1", at(2, 12), STRAY, "Pay Bill") | {"account_no": "0RD1"},
        _statement("BACK1", at(2, 14), -PRICE, "Reversal", "PAY1"),
    ]
    world.land("mpesa", "statements", DAYS[1], statement)
    world.land("mpesa", "statements", DAYS[2], [_statement("BACK2", at(3, 11), -PRICE, "Reversal", "PAY1")])


def sales(world: BronzeWorld) -> None:
    """Land it."""
    _order(world)
    _money(world)
    event = {"event_id": "E1", "session_id": "V1", "anon_id": "A1", "customer_id": "C1", "event_type": "view_item"}
    seen = {"channel": "web", "sku": "P1", "dwell_ms": 900, "ts_client": at(2, 8), "ts_server": at(2, 8)}
    world.land("web", "events", DAYS[1], [event | seen | {"utm_campaign": "NEWYEAR"}])
