"""Files behind the HTTP API: per resource and UTC day of updated_at one text file and one index, and a list of them.

A record lives in the file of its last change. The list (`index.json`) is replaced last and in one step, so a reader
sees a whole day or nothing of it; files are never changed, a new version gets a new name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simulator.clock import DAY
from simulator.config import read_json
from simulator.files import write_atomic, write_json
from simulator.frames import Array
from simulator.sinks.records import Records

INDEX = "index.json"
RESOURCES = ("customers", "orders", "shipments", "returns", "payment_requests")
# Days that stay in memory while a history is written: records move out of a day's file for about a week.
WINDOW = 16
INDEX_COLUMNS = 3  # updated, key, offset behind the record


@dataclass
class Page:
    """The records of one day, in memory: parallel lists sorted by (updated, key)."""

    updated: Array
    key: Array
    text: list[bytes]


@dataclass
class ApiStore:
    """The files below `folder`; changes are collected by `add` and become visible by `flush`."""

    folder: Path
    version: int = 0
    listing: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    pages: dict[tuple[str, int], Page] = field(default_factory=dict)
    old: list[Path] = field(default_factory=list)

    @classmethod
    def open(cls, folder: Path) -> ApiStore:
        """The store as it was last flushed; empty if there is none."""
        values = read_json(folder / INDEX) or {"version": 0, "days": {}}
        return cls(folder, values["version"], {name: values["days"].get(name, {}) for name in RESOURCES})

    def _read(self, resource: str, day: int) -> Page:
        entry = self.listing[resource].get(str(day))
        if entry is None:
            none = np.empty(0, np.int64)
            return Page(none, none, [])
        index = np.load(self.folder / f"{entry[0]}.npy")
        text = (self.folder / f"{entry[0]}.jsonl").read_bytes().split(b"\n")[:-1]
        return Page(index[0], index[1], [line.removesuffix(b",") for line in text])

    def _page(self, resource: str, day: int) -> Page:
        if (resource, day) not in self.pages:
            self.pages[(resource, day)] = self._read(resource, day)
        return self.pages[(resource, day)]

    def _remove(self, resource: str, day: int, keys: Array) -> None:
        page = self._page(resource, day)
        keep = np.flatnonzero(~np.isin(page.key, keys))
        self.pages[(resource, day)] = Page(page.updated[keep], page.key[keep], [page.text[n] for n in keep.tolist()])

    def add(self, resource: str, records: Records) -> None:
        """Put records into the days of their updated_at, and take their former versions out of the earlier days."""
        days, before = records.updated // DAY, records.before // DAY
        for day in np.unique(before[records.before >= 0]).tolist():
            self._remove(resource, day, records.key[before == day])
        for day in np.unique(days).tolist():
            # A day that is written again (after a crash) must not hold its records twice: versions of customers
            # come once per day and replace the day, other records replace their own former state.
            rows = np.flatnonzero(days == day)
            if resource == "customers":
                none = np.empty(0, np.int64)
                page = Page(none, none, [])
            else:
                self._remove(resource, day, records.key[rows])
                page = self.pages[(resource, day)]
            updated, key = np.r_[page.updated, records.updated[rows]], np.r_[page.key, records.key[rows]]
            text = page.text + [records.text[n] for n in rows.tolist()]
            order = np.lexsort((key, updated))
            self.pages[(resource, day)] = Page(updated[order], key[order], [text[n] for n in order.tolist()])

    def spill(self, today: int) -> None:
        """Write days (since 1970) that can no longer change, to keep memory flat while a history is made."""
        for resource, day in [place for place in self.pages if place[1] < today - WINDOW]:
            self._write(resource, day)

    def _write(self, resource: str, day: int) -> None:
        page = self.pages.pop((resource, day))
        name = f"{resource}-{np.datetime64(day, 'D')}.{self.version + 1}"
        former = self.listing[resource].pop(str(day), None)
        if former is not None and former[0] != name:
            self.old += [self.folder / f"{former[0]}.npy", self.folder / f"{former[0]}.jsonl"]
        if not page.text:
            return
        ends = np.cumsum([len(text) + 2 for text in page.text])
        write_array(self.folder / f"{name}.npy", np.stack([page.updated, page.key, ends]))
        write_atomic(self.folder / f"{name}.jsonl", b"".join([text + b",\n" for text in page.text]), sync=False)
        self.listing[resource][str(day)] = (name, len(page.text))

    def flush(self, through: int, drift: dict[str, str] | None = None) -> None:
        """Write what changed and switch to it; `through` is the last complete day (days since 1970), whose records
        are served in a changed schema if there is a `drift`."""
        for resource, day in list(self.pages):
            self._write(resource, day)
        self.version += 1
        write_json(
            self.folder / INDEX, {"version": self.version, "through": through, "drift": drift, "days": self.listing}
        )
        for path in self.old:
            path.unlink(missing_ok=True)
        self.old = []


def write_array(path: Path, values: Array) -> None:
    """One .npy file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.save(file, values)


def sweep(folder: Path) -> None:
    """Delete files that no list names: left by a killed writer."""
    store = ApiStore.open(folder)
    named = {
        f"{entry[0]}.{end}" for days in store.listing.values() for entry in days.values() for end in ("npy", "jsonl")
    }
    for path in folder.glob("*"):
        if path.name not in named and path.name != INDEX:
            path.unlink()
