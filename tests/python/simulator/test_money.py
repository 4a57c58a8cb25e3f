"""Payments and refunds, as the engine hands them to payment providers, agree with orders and returns."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from simulator.clock import DAY, SECOND, start_of
from simulator.config import WorldConfig
from simulator.engine.day import simulate_day
from simulator.engine.money import MONEY_COLUMNS, line_net
from simulator.frames import Frame, concat
from simulator.masters import words
from simulator.masters.campaigns import AMOUNT, BOGO, PCT
from simulator.masters.opening import open_world
from simulator.masters.text import make_texts
from simulator.masters.world import make_world
from simulator.sinks.records import records_of

CONFIG = WorldConfig(7, 60, 3, date(2025, 9, 22))


@pytest.fixture(scope="module")
def played() -> tuple[list[Frame], dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """(money per day, orders by number, returns by number) after 20 days."""
    world = make_world(CONFIG)
    texts, (state, _) = make_texts(world), open_world(world)
    money, last = [], {"orders": {}, "returns": {}}
    for day in range(20):
        output = simulate_day(world, state)
        money.append(output.money)
        records = records_of(output, start_of(CONFIG, day + 1), world, texts)
        for name, key in (("orders", "order_id"), ("returns", "return_id")):
            last[name] |= {record[key]: record for record in map(json.loads, records[name].text)}
    return money, last["orders"], last["returns"]


def balances(money: Frame) -> dict[int, int]:
    """Cents paid less cents given back without a return, per order."""
    found: dict[int, int] = {}
    for order, kind, amount, ret in zip(
        *(money[name].tolist() for name in ("order", "kind", "amount", "ret")), strict=True
    ):
        found[order] = found.get(order, 0) + (amount if kind == 0 else 0 if ret else -amount)
    return found


def cents(text: str) -> int:
    return round(float(text) * 100)


def test_what_was_paid_less_what_was_given_back_is_the_order_total(played: Any) -> None:
    money, orders, _ = played
    found = balances(concat(money))
    paid = {int(key[3:]): cents(order["order_total"]) for key, order in orders.items() if order["paid_at"]}
    assert found == paid
    assert any(order["status"] == "cancelled" for order in orders.values() if order["paid_at"])
    assert (concat(money)["kind"] == 1).sum() > 20


def test_each_order_is_paid_once_at_its_moment(played: Any) -> None:
    money, orders, _ = played
    whole = concat(money)
    first = whole["kind"] == 0
    assert len(set(whole["order"][first].tolist())) == first.sum()
    for row in np.flatnonzero(first).tolist():
        order = orders[f"ORD{whole['order'][row]:09d}"]
        at = str(np.datetime64(int(whole["at"][row]), "us")) + "Z"
        assert order["paid_at"] == at
        assert order["payment_method"] == words.PAYMENTS[whole["method"][row]]
        assert order["channel"] == words.CHANNELS[whole["channel"][row]]
        assert order["warehouse_code"] == f"WH{whole['site'][row] + 1:02d}"
        customer = int(whole["customer"][row])
        assert order["customer_id"] == (f"CUS{customer + 1:07d}" if customer >= 0 else None)


def test_refunds_come_after_the_payment_and_never_above_it(played: Any) -> None:
    money, _, _ = played
    whole = concat(money)
    paid = dict(zip(*(whole[name][whole["kind"] == 0].tolist() for name in ("order", "at")), strict=True))
    left = dict(zip(*(whole[name][whole["kind"] == 0].tolist() for name in ("order", "amount")), strict=True))
    for row in np.flatnonzero(whole["kind"] == 1).tolist():
        order = int(whole["order"][row])
        assert whole["at"][row] > paid[order]
        left[order] -= int(whole["amount"][row])
        assert left[order] >= 0


def test_refunds_of_returns_are_those_of_their_lines(played: Any) -> None:
    money, _, returns = played
    whole = concat(money)
    found = {
        f"RET{ret:08d}": (f"ORD{order:09d}", amount)
        for ret, order, amount in zip(*(whole[name].tolist() for name in ("ret", "order", "amount")), strict=True)
        if ret
    }
    assert found == {
        key: (record["order_id"], sum(cents(line["refund"]) for line in record["lines"]))
        for key, record in returns.items()
        if record["status"] == "refunded"
    }
    assert found


def test_money_of_a_day_is_of_that_day_in_whole_seconds_and_in_order(played: Any) -> None:
    money, _, _ = played
    for day, frame in enumerate(money):
        assert tuple(frame) == tuple(MONEY_COLUMNS.split())
        assert (frame["at"] // DAY == start_of(CONFIG, day) // DAY).all()
        assert (frame["at"] % SECOND == 0).all()
        assert (np.diff(frame["at"]) >= 0).all()
        assert (frame["amount"] > 0).all()


@pytest.mark.parametrize(
    ("mechanic", "value", "nets"),
    [(PCT, 700, [0, 3253, 6506, 9759]), (AMOUNT, 500, [0, 2998, 5996, 8994]), (BOGO, 0, [0, 3498, 3498, 6996]),
     (0, 0, [0, 3498, 6996, 10494])],
)  # fmt: skip
def test_what_a_line_costs(mechanic: int, value: int, nets: list[int]) -> None:
    """Units of 34.98: a share is rounded half up in cents, an amount comes off each unit, every second unit is free."""
    kept = np.arange(4)
    lines = {
        "price": np.full(4, 3498), "qty": np.full(4, 5), "cancelled": 5 - kept, "mechanic": np.full(4, mechanic),
        "value": np.full(4, value),
    }  # fmt: skip
    assert line_net(lines).tolist() == nets
