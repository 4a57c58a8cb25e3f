"""Stock adjustments that somebody booked as a sale at price 0."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from simulator.dirt.editor import Rule
from simulator.dirt.scene import Draw, Item, Outcome, Row, Scene, hashes

FIRST_ORDER = 900_000_000
PER_DAY = 1000
MOVEMENT = re.compile(r"^[^\t]*\t[^\t]*\t[^\t]*\tADJUST\t-")


def hide(sales: list[dict[str, Any]]) -> Rule:
    """The rule for the ledger: some negative ADJUST movements vanish, and `sales` collects the orders instead."""

    def find(scene: Scene, lines: Sequence[str]) -> list[int]:
        found = [n for n, line in enumerate(lines) if MOVEMENT.match(line)]
        if not found:
            return []
        # The rate is a share of all orders, and there are few movements to hide.
        times = scene.config.orders_per_day / len(found)
        mask = scene.hit("hidden_adjustment", hashes([lines[n] for n in found]), times=times)
        return [n for n, wanted in zip(found, mask.tolist(), strict=True) if wanted]

    def change(row: Row, draw: Draw) -> Outcome:
        number = FIRST_ORDER + draw.scene.day * PER_DAY + len(sales) + 1
        order_id, at = f"ORD{number:09d}", row["moved_at"]
        line = {
            "line_no": 1, "sku": row["sku"], "qty": -int(row["qty_signed"]), "cancelled_qty": 0, "unit_price": "0.00",
            "discount": "0.00", "vat_class": "standard", "promo_code": None,
        }  # fmt: skip
        order = {
            "order_id": order_id, "customer_id": None, "channel": "till", "warehouse_code": row["warehouse_code"],
            "status": "delivered", "payment_method": "cash", "currency": "KES", "placed_at": at, "paid_at": at,
            "allocated_at": at, "picked_at": at, "cancelled_at": None, "promised_date": draw.scene.date.isoformat(),
            "shipping_fee": "0.00", "discount_total": "0.00", "order_total": "0.00", "created_at": at,
            "updated_at": at, "lines": [line],
        }  # fmt: skip
        sales.append({"number": number, "order": order})
        movement = Item({"movement_id": row["movement_id"]}, expected="kept")
        sale = Item({"order_id": order_id, "line_no": 1}, "order_lines", source="commerce")
        return Outcome([], [sale, movement])

    return Rule("hidden_adjustment", change, find=find)
