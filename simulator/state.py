"""Everything that one day hands to the next; saved as one .npz file, so that a day can be replayed from it."""

from __future__ import annotations

import io
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from simulator.errors import SimulatorError
from simulator.files import write_atomic
from simulator.frames import Frame, empty

ORDER_COLUMNS = (
    "no customer channel site payment promised fee placed paid allocated picked ship deliver cancel status "
    "shipped_status cancelled_at updated carrier freight"
)
RETURN_COLUMNS = (
    "no line status at refunded order order_line customer channel site method sku qty "
    "restocked scrapped reason batch refund"
)
PROMOTION_ITEM_COLUMNS = "code sku scope place mechanic value since until"
MOVE_COLUMNS = "at path account order ret amount customer msisdn receipt linked fee balance"
PURCHASE_COLUMNS = "no supplier site status ordered approved promised sent cancel currency rate updated created"
LINE_COLUMNS = "order line sku qty cancelled price mechanic value promo shipped delivered damaged late"


@dataclass
class State:
    """The world at the end of day `day` (-1: opened, nothing sold yet). Frames of int64 columns; changed in place."""

    day: int
    counters: Frame  # one row: next number of each kind of document
    products: Frame
    suppliers: Frame
    sites: Frame
    customers: Frame
    stock: Frame  # [cells] book, gap (on the shelf minus book), reserved, coming
    orders: Frame  # not yet delivered or cancelled
    lines: Frame  # of those orders
    purchases: Frame  # purchase orders not yet received in full
    purchase_lines: Frame
    transfers: Frame  # on the road
    requests: Frame  # asked for, leave tomorrow
    returns: Frame  # will come back, or came and are not refunded yet
    adjusts: Frame  # counted last night, posted this morning
    reversals: Frame  # write-offs of yesterday that are taken back this morning
    invoices: Frame  # not yet come or not yet paid
    promotion_items: Frame  # of campaigns that run
    fx: Frame  # today's rate per foreign currency
    notes: Frame  # delivery notes that are not booked yet
    wallet: Frame  # M-PESA payments that can still be given back
    unposted: Frame  # M-PESA movements after the close of business: on tomorrow's statement
    accounts: Frame  # [paybill, till of each site] balance in cents


def empty_documents() -> dict[str, Frame]:
    """The open documents of a shop that has not opened yet."""
    return {
        "orders": empty(ORDER_COLUMNS),
        "lines": empty(LINE_COLUMNS),
        "purchases": empty(
            "no supplier site status ordered approved promised sent cancel currency rate updated created"
        ),
        "purchase_lines": empty("po line sku qty cancelled price received arrives short created updated"),
        "transfers": empty("no line source target sku qty arrives"),
        "requests": empty("source target sku qty"),
        "returns": empty(RETURN_COLUMNS),
        "promotion_items": empty(PROMOTION_ITEM_COLUMNS),
        "adjusts": empty("cell gap"),
        "reversals": empty("movement cell qty cost"),
        "invoices": empty("no line supplier form po po_line qty price currency at due pay status"),
        "notes": empty("order site signed booked ok parcels remark"),
        "wallet": empty("order receipt msisdn left"),
        "unposted": empty(MOVE_COLUMNS),
    }


def save_state(state: State, path: Path) -> None:
    """Write a checkpoint; the file is complete or absent."""
    arrays = {
        f"{field.name}.{name}": column
        for field in fields(state)
        if field.name != "day"
        for name, column in getattr(state, field.name).items()
    }
    buffer = io.BytesIO()
    np.savez(buffer, day=np.array(state.day), **arrays)
    write_atomic(path, buffer.getvalue())


def load_state(path: Path) -> State:
    """Read a checkpoint written by `save_state`. Raises SimulatorError if another version of the simulator wrote it."""
    frames: dict[str, Frame] = {}
    with np.load(path, allow_pickle=False) as archive:
        day = int(archive["day"])
        for key in archive.files:
            frame, _, column = key.partition(".")
            if column:
                frames.setdefault(frame, {})[column] = archive[key]
    known, expected = empty_documents(), {field.name for field in fields(State)} - {"day"}
    if frames.keys() != expected or any(known[name].keys() != frames[name].keys() for name in known):
        raise SimulatorError(
            "This world was made by another version of the simulator",
            str(path),
            "delete sources/ and run `start` again",
        )
    return State(day=day, **frames)
