"""M-PESA: every payment and reversal with its receipt, account and balance; what is on the statement of the day.

Account 0 is the paybill of the online shop, account n + 1 the till of site n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.clock import CLOSE, HOUR, SECOND, business_day, start_of, stream
from simulator.engine.attempts import MPESA, answer_requests
from simulator.engine.money import REFUND
from simulator.frames import Array, Frame, concat, mix, take
from simulator.masters.campaigns import TILL
from simulator.masters.text import phone_numbers
from simulator.masters.world import World
from simulator.state import State

STK, AT_TILL, REVERSAL, STRAY = range(4)
PAYBILL = 0
SERIALS = 36**7
# Coprime with 36^7, so that each counter value gives another serial.
SCRAMBLE, SHIFT = 50_331_653_777, 11_223_344_557
# Longer than the longest way from a payment to the refund of a return.
KEPT_DAYS = 45
MISTAKES = 6


@dataclass(frozen=True)
class Mpesa:
    """moves: money of the UTC day in the order of time; attempts: answered requests to pay; statement: the EAT day."""

    moves: Frame
    attempts: Frame
    statement: Frame


def _fees(amount: Array) -> Array:
    """Cents that the provider takes: 0.55 % of a payment above 200 KES, at most 200 KES; nothing for a reversal."""
    return np.where(amount > 20_000, np.minimum((amount * 55 + 5000) // 10_000, 20_000), 0)


def _phones(world: World, state: State, customer: Array, order: Array) -> Array:
    """Phone per payment; who buys at a till without a name has one too."""
    known = np.maximum(customer, 0)
    named = phone_numbers(world.config.seed, known, state.customers["contact"][known])
    return np.where(customer >= 0, named, 254_700_000_000 + mix(world.config.seed, order, 71) % 100_000_000)


def _of_orders(world: World, state: State, money: Frame) -> Frame:
    """Payments and reversals of orders; reversals get their phone and receipt later."""
    money = take(money, money["method"] == MPESA)
    till, back = money["channel"] == TILL, money["kind"] == REFUND
    return {
        "at": money["at"], "path": np.where(back, REVERSAL, np.where(till, AT_TILL, STK)),
        "account": np.where(till, money["site"] + 1, PAYBILL), "order": money["order"], "ret": money["ret"],
        "amount": np.where(back, -money["amount"], money["amount"]), "customer": money["customer"],
        "msisdn": _phones(world, state, money["customer"], money["order"]),
    }  # fmt: skip


def _strays(world: World, state: State, day: int) -> Frame:
    """Payments to the paybill whose account reference was mistyped: `ret` says how, `order` what was meant."""
    rng = stream(world.config, day, "stray payments")
    count = int(rng.poisson(max(0.25, world.config.orders_per_day * 0.0008)))
    order = rng.integers(1, max(2, state.counters["order"][0]), count)
    phone = 254_700_000_000 + mix(world.config.seed, order, day, 72) % 100_000_000
    return {
        "at": np.sort(start_of(world.config, day) + 4 * HOUR + rng.integers(0, 15 * 3600, count) * SECOND),
        "path": np.full(count, STRAY), "account": np.full(count, PAYBILL), "order": order,
        "ret": rng.integers(0, MISTAKES, count), "amount": rng.integers(4, 90, count) * 5_000,
        "customer": np.full(count, -1), "msisdn": phone,
    }  # fmt: skip


def _number(state: State, at: Array) -> Array:
    """Receipts: the day in Nairobi and a scrambled serial; unique for ever."""
    serial = state.counters["mpesa"][0] + np.arange(len(at))
    state.counters["mpesa"] += len(at)
    return np.asarray(business_day(at) * SERIALS + (serial * SCRAMBLE + SHIFT) % SERIALS)


def _link(state: State, moves: Frame, today: int) -> None:
    """Give reversals the receipt and phone of their payment, and take them off what is left of it."""
    paid = (moves["path"] == STK) | (moves["path"] == AT_TILL)
    fresh = {name: moves[source][paid] for name, source in
             (("order", "order"), ("receipt", "receipt"), ("msisdn", "msisdn"), ("left", "amount"))}  # fmt: skip
    known = concat([state.wallet, fresh])
    known = take(known, np.argsort(known["order"], kind="stable"))
    back = np.flatnonzero(moves["path"] == REVERSAL)
    row = np.minimum(np.searchsorted(known["order"], moves["order"][back]), max(0, len(known["order"]) - 1))
    if len(back):
        np.add.at(known["left"], row, moves["amount"][back])
        if (known["order"][row] != moves["order"][back]).any() or (known["left"] < 0).any():
            raise ValueError("A refund without a payment that is as large")
        moves["linked"][back], moves["msisdn"][back] = known["receipt"][row], known["msisdn"][row]
    keep = (known["left"] > 0) & (known["receipt"] // SERIALS > today - KEPT_DAYS)
    state.wallet = take(known, keep)


def _balance(state: State, moves: Frame) -> Array:
    """Balance of the account after each movement."""
    order = np.lexsort((np.arange(len(moves["at"])), moves["account"]))
    account, amount = moves["account"][order], moves["amount"][order]
    running = np.cumsum(amount)
    first = np.flatnonzero(np.r_[True, account[1:] != account[:-1]][: len(account)])
    before = np.repeat((running - amount)[first], np.diff(np.r_[first, len(account)]))
    balance = np.empty(len(account), np.int64)
    balance[order] = running - before + state.accounts["balance"][account]
    np.add.at(state.accounts["balance"], account, amount)
    return balance


def move_mpesa(world: World, state: State, day: int, changed: tuple[Frame, Frame], money: Frame) -> Mpesa:
    """Play the M-PESA side of the day's money; `changed` are the orders and lines that changed today."""
    orders = changed[0]
    start = start_of(world.config, day)
    moves = concat([_of_orders(world, state, money), _strays(world, state, day)])
    moves = take(moves, np.argsort(moves["at"], kind="stable"))
    moves["receipt"] = _number(state, moves["at"])
    moves["linked"] = np.full(len(moves["at"]), -1)
    _link(state, moves, start // (24 * HOUR))
    moves["fee"] = _fees(moves["amount"])
    moves["balance"] = _balance(state, moves)
    pushed = take(moves, moves["path"] == STK)
    phones = _phones(world, state, orders["customer"], orders["no"])
    attempts = answer_requests(world, day, changed, pushed, phones)
    rows = concat([state.unposted, moves])
    posted = rows["at"] < start + CLOSE
    state.unposted = take(rows, ~posted)
    statement = take(rows, posted)
    statement = take(statement, np.lexsort((np.arange(len(statement["at"])), statement["account"])))
    return Mpesa(moves, attempts, statement)
