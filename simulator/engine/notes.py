"""Delivery notes: signed when goods arrive, booked by the warehouse up to two days later."""

from __future__ import annotations

import numpy as np

from simulator.clock import CLOSE, HOUR, MINUTE, SECOND, start_of, stream
from simulator.frames import Frame, concat, take
from simulator.masters.world import World
from simulator.state import State

ARRIVED, COUNTER = 2, 0
FINE, GUARD, DAMAGED, UNSIGNED, WRONG_ADDRESS, NO_COPY = range(6)
REMARKS = ("", "Left with the guard", "Goods damaged", "Signature missing", "Address does not match", "Copy missing")


def book_notes(world: World, state: State, day: int, shipments: Frame, lines: Frame) -> Frame:
    """The notes that are booked on the business day that ends now; the others wait in `state`.

    shipments, lines: what was shipped or delivered today. Papers are wrong for 1.5 % of what a courier brings.
    """
    rng = stream(world.config, day, "delivery notes")
    arrived = shipments["shipped_status"] == ARRIVED
    position = np.searchsorted(shipments["no"], lines["order"])
    parts = np.bincount(position, minlength=len(arrived))[arrived]
    broken = np.bincount(position, lines["damaged"], len(arrived))[arrived] > 0
    shipments = take(shipments, arrived)
    count, draw = len(parts), rng.random(len(parts))
    office = np.where(
        draw < 0.75,
        rng.integers(20 * MINUTE, 4 * HOUR, count),
        np.where(draw < 0.95, rng.integers(8 * HOUR, 24 * HOUR, count), rng.integers(24 * HOUR, 47 * HOUR, count)),
    )
    counter = shipments["carrier"] == COUNTER
    wait = np.where(counter, rng.integers(SECOND, 10 * MINUTE, count), office)
    wrong = ~counter & (rng.random(count) < 0.015)
    usual = np.where(broken, DAMAGED, np.where(~counter & (rng.random(count) < 0.04), GUARD, FINE))
    fresh = {
        "order": shipments["no"], "site": shipments["site"], "signed": shipments["deliver"],
        "booked": shipments["deliver"] + wait, "ok": (~wrong).astype(np.int64),
        "parcels": np.where(counter, 1, 1 + parts // 3),
        "remark": np.where(wrong, rng.integers(UNSIGNED, NO_COPY + 1, count), usual),
    }  # fmt: skip
    notes = concat([state.notes, fresh])
    due = notes["booked"] < start_of(world.config, day) + CLOSE
    state.notes = take(notes, ~due)
    booked = take(notes, due)
    return take(booked, np.lexsort((booked["order"], booked["booked"])))
