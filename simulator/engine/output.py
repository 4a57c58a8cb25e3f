"""What one simulated day hands to the outside."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.engine.payments import Mpesa
from simulator.frames import Frame

(OPENING, RECEIPT, SHIP, RETURN_IN, RETURN_TO_VENDOR, TRANSFER_IN, TRANSFER_OUT, ADJUST, WRITE_OFF) = range(9)
MOVEMENTS = (
    "OPENING", "RECEIPT", "SHIP", "RETURN_IN", "RETURN_TO_VENDOR", "TRANSFER_IN", "TRANSFER_OUT", "ADJUST", "WRITE_OFF",
)  # fmt: skip


@dataclass(frozen=True)
class DayOutput:
    """New and changed records of one day, as frames of numbers.

    Master data: one row per version with `id`. orders and purchases: state at the end of the day of everything that
    changed; `before` is the previous updated_at in microseconds, -1 if the record is new.
    returns: all lines of every return that changed. money: every payment (kind 0) and refund (kind 1) in the order of
    time: amount in cents > 0, at in whole seconds, method (PAYMENTS), customer -1 if unnamed, ret number or 0.
    invoices: lines that came or were paid. fx: today's rates in millionths of a KES. promotions: versions of campaigns
    (`code` as in `promo_texts`). promotion_items: what campaigns of tonight cover; scope 0 channel, 1 warehouse.
    prices: new rows of the price list; promo_price -1 and promo 0 mean none.
    mpesa: the part of the money that the phone network moved. notes: delivery notes of the business day.
    """

    day: int
    products: Frame
    suppliers: Frame
    sites: Frame
    customers: Frame
    purchases: Frame
    purchase_lines: Frame
    receipts: Frame
    ledger: Frame
    orders: Frame
    lines: Frame
    shipments: Frame
    shipment_lines: Frame
    counts: Frame
    returns: Frame
    money: Frame
    mpesa: Mpesa
    notes: Frame
    invoices: Frame
    fx: Frame
    promotions: Frame
    promotion_items: Frame
    prices: Frame
