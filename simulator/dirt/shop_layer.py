"""Dirt for the shop's API: the day's records by resource, and the drift that is served until the next day."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.clock import DAY
from simulator.dirt.carry import Carry
from simulator.dirt.codecs import JSON
from simulator.dirt.drift import RowDrift, kind_today
from simulator.dirt.editor import edit
from simulator.dirt.scene import Row, Scene
from simulator.dirt.shop_edits import LINE_TABLE, RULES
from simulator.sinks.records import Records

SINK = "commerce"
# The copy of a record has its own place in the paging, so that it is delivered wherever a page ends.
COPY = 1 << 40
Entry = tuple[int, int, int, bytes]  # updated, key, before, text


def _moment(text: str) -> int:
    return int(np.datetime64(text.removesuffix("Z"), "us").astype(np.int64))


def _records(entries: list[Entry]) -> Records:
    entries = sorted(entries, key=lambda entry: (entry[0], entry[1]))
    numbers = np.array([entry[:3] for entry in entries], np.int64).reshape(-1, 3)
    return Records(numbers[:, 0], numbers[:, 1], numbers[:, 2], [entry[3] for entry in entries])


class ShopLayer:
    """Lays dirt over the records of one day."""

    def __init__(self, scene: Scene, carry: Carry, sales: list[dict[str, Any]]) -> None:
        self.scene, self.carry, self.sales = scene, carry, sales
        self.drift: RowDrift | None = None

    def records(self, records: dict[str, Records]) -> dict[str, Records]:
        """The day's records with dirt."""
        result = {resource: self._resource(resource, each) for resource, each in records.items()}
        if kind_today(self.scene, SINK) is None:
            return result
        samples: dict[str, list[Row]] = {
            resource: [JSON.load(text.decode()) for text in each.text[:50]]
            for resource, each in result.items()
            if resource != "payment_requests"
        }
        self.drift = RowDrift.of(self.scene, SINK, samples)
        if self.drift is not None:
            # Orders are landed by two contracts; the one of the headers sees every column.
            table = "orders" if self.drift.table == "orders" else LINE_TABLE.get(self.drift.table, self.drift.table)
            self.carry.note(self.scene, SINK, [self.drift.item(table)])
        return result

    def _resource(self, resource: str, records: Records) -> Records:
        rules = RULES.get(resource, ())
        lines = [text.decode() for text in records.text]
        edited = edit(self.scene, resource, lines, JSON, rules)
        self.carry.note(self.scene, SINK, edited.items)
        notes = self.carry.for_day(self.scene.day, f"{SINK}.{resource}")
        sales = self.sales if resource == "orders" else []
        if not edited.now and not notes and not sales:
            return records
        entries: list[Entry] = []
        places = zip(records.updated.tolist(), records.key.tolist(), records.before.tolist(), strict=True)
        for n, (updated, key, before) in enumerate(places):
            texts = [text.encode() for text in edited.now[n]] if n in edited.now else [records.text[n]]
            entries += [(updated, key + place * COPY, before, text) for place, text in enumerate(texts)]
        for lag, n, text in edited.later:
            updated = int(records.updated[n])
            self.carry.due.append({
                "due": self.scene.day + lag, "sink": f"{SINK}.{resource}", "updated": updated + lag * DAY,
                "key": int(records.key[n]), "before": updated, "text": text,
            })  # fmt: skip
        entries += [(note["updated"], note["key"], note["before"], note["text"].encode()) for note in notes]
        for sale in sales:
            order = sale["order"]
            entries.append((_moment(order["updated_at"]), sale["number"], -1, JSON.dump(order).encode()))
        return _records(entries)
