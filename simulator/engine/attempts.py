"""Requests to pay that are pushed to a phone (STK), and how they are answered."""

from __future__ import annotations

import numpy as np

from simulator.clock import DAY, MINUTE, SECOND, start_of, stream
from simulator.engine.money import line_net
from simulator.frames import NEVER, Array, Frame, concat, number_within, take
from simulator.masters.campaigns import TILL
from simulator.masters.world import World

MPESA = 0
SUCCESS = 0
# Code, text, share of the failures, least and most seconds until the answer.
RESULTS: tuple[tuple[int, str, float, int, int], ...] = (
    (0, "The service request is processed successfully.", 0.0, 0, 0),
    (1032, "Request cancelled by user.", 0.42, 5, 40),
    (1037, "DS timeout user cannot be reached.", 0.27, 58, 65),
    (1, "The balance is insufficient for the transaction.", 0.15, 8, 30),
    (2001, "The initiator information is invalid.", 0.09, 8, 35),
    (1019, "Transaction has expired.", 0.03, 55, 64),
    (1001, "Unable to lock subscriber, a transaction is already in process for the current subscriber.", 0.02, 1, 4),
    (17, "System internal error.", 0.02, 1, 12),
)
ATTEMPT_COLUMNS = "order n requested received result amount msisdn receipt at"


def _asked_amount(orders: Frame, lines: Frame) -> Array:
    """Cents per order as it was placed: nothing cancelled yet."""
    wanted = line_net({**lines, "cancelled": np.zeros(len(lines["order"]), np.int64)})
    total = orders["fee"].copy()
    np.add.at(total, np.searchsorted(orders["no"], lines["order"]), wanted)
    return total


def _failed(world: World, day: int, orders: Frame, amount: Array, phones: Array) -> Frame:
    """Failed requests of the orders placed today: always some if it will never be paid, many if it is paid late."""
    rng = stream(world.config, day, "failed requests")
    end = start_of(world.config, day) + DAY
    wait, draw = orders["paid"] - orders["placed"], rng.random(len(orders["no"]))
    fails = np.select(
        [orders["paid"] == NEVER, wait > 10 * MINUTE, wait > 3 * MINUTE],
        [1 + (draw < 0.45) + (draw < 0.12), (draw < 0.75) * 1 + (draw < 0.2), (draw < 0.12) * 1],
        0,
    )
    row = np.repeat(np.arange(len(fails)), fails)
    number, count = number_within(row), len(row)
    share = np.array([result[2] for result in RESULTS])
    result = rng.choice(len(RESULTS), count, p=share / share.sum())
    low, high = np.array([r[3] for r in RESULTS])[result], np.array([r[4] for r in RESULTS])[result]
    requested = orders["placed"][row] + rng.integers(3_000, 8_000, count) * 1000 + (number - 1) * 150 * SECOND
    answered = requested + (rng.uniform(low, high) * 1_000_000).astype(np.int64)
    first = number == 1
    answered = np.where(first, np.minimum(answered, end - SECOND), answered)
    attempts = {
        "order": orders["no"][row], "n": number, "requested": requested, "received": answered, "result": result,
        "amount": amount[row], "msisdn": phones[row], "receipt": np.full(count, -1), "at": np.full(count, -1),
    }  # fmt: skip
    return take(attempts, first | (answered < np.minimum(orders["paid"][row] - 45 * SECOND, end)))


def _succeeded(world: World, day: int, paid: Frame, placed: Array) -> Frame:
    """The request behind each payment of today."""
    rng = stream(world.config, day, "requests")
    start, count = start_of(world.config, day), len(paid["at"])
    requested = np.maximum(np.maximum(paid["at"] - rng.integers(8_000, 25_000, count) * 1000, start), placed)
    received = np.minimum(paid["at"] + rng.integers(800, 6_000, count) * 1000, start + DAY - 1000)
    return {
        "order": paid["order"], "n": np.zeros(count, np.int64), "requested": requested, "received": received,
        "result": np.full(count, SUCCESS), "amount": paid["amount"], "msisdn": paid["msisdn"],
        "receipt": paid["receipt"], "at": paid["at"],
    }  # fmt: skip


def answer_requests(world: World, day: int, changed: tuple[Frame, Frame], paid: Frame, phones: Array) -> Frame:
    """All requests answered on the day, in the order of the answers; `n` is 0 for the successful one of an order.

    changed: orders and lines that changed today; paid: payments by push; phones: per changed order.
    """
    orders, lines = changed
    asked = (orders["before"] < 0) & (orders["channel"] != TILL) & (orders["payment"] == MPESA)
    amount = _asked_amount(orders, lines)
    failed = _failed(world, day, take(orders, asked), amount[asked], phones[asked])
    placed = orders["placed"][np.searchsorted(orders["no"], paid["order"])]
    attempts = concat([failed, _succeeded(world, day, paid, placed)])
    return take(attempts, np.lexsort((attempts["n"], attempts["order"], attempts["received"])))
