"""Pages out of the day files: found by binary search, served as slices of bytes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simulator.clock import DAY
from simulator.config import read_json
from simulator.frames import Array
from simulator.sinks.api_store import INDEX, RESOURCES

if TYPE_CHECKING:
    from simulator.dirt.drift import RowDrift

Position = tuple[int, int]
CACHED_DAYS = 64


@dataclass(frozen=True)
class Page:
    """Records as JSON joined by commas; `last` is where the next page starts, None on the last page."""

    text: bytes
    last: Position | None
    total: int


@dataclass(frozen=True)
class DayFile:
    """One day of a resource: parallel arrays, and the text they point into."""

    updated: Array
    key: Array
    ends: Array
    text: bytes

    def place(self, updated: int, key: int) -> int:
        """Number of records at or before (updated, key)."""
        low = int(np.searchsorted(self.updated, updated, side="left"))
        high = int(np.searchsorted(self.updated, updated, side="right"))
        return low + int(np.searchsorted(self.key[low:high], key, side="right"))

    def slice(self, start: int, stop: int) -> bytes:
        """Records [start, stop) joined by commas."""
        begin = int(self.ends[start - 1]) if start else 0
        return self.text[begin : int(self.ends[stop - 1])].removesuffix(b",\n")


class Library:
    """The files of one API folder; notices when a new day was published."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stamp: tuple[int, int] | None = None
        self.days: dict[str, list[tuple[int, str, int]]] = {}
        self.last_day = 0
        self.served_drift: dict[str, str] | None = None
        self.drift: RowDrift | None = None
        self.cache: OrderedDict[str, DayFile] = OrderedDict()

    def _refresh(self) -> None:
        stat = (self.folder / INDEX).stat()
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp == self.stamp:
            return
        values = read_json(self.folder / INDEX)
        if values is None:
            raise FileNotFoundError(self.folder / INDEX)
        self.days = {
            name: sorted((int(day), entry[0], entry[1]) for day, entry in values["days"].get(name, {}).items())
            for name in RESOURCES
        }
        self.last_day, self.stamp = values["through"], stamp
        drift = values.get("drift")
        if drift != self.served_drift:
            from simulator.dirt.drift import RowDrift  # noqa: PLC0415

            self.served_drift, self.drift = drift, None if drift is None else RowDrift(**drift)
            self.cache.clear()

    def through(self) -> str:
        """The last complete day, ISO."""
        self._refresh()
        return str(np.datetime64(self.last_day, "D"))

    def _open(self, name: str) -> DayFile:
        if name in self.cache:
            self.cache.move_to_end(name)
            return self.cache[name]
        index = np.load(self.folder / f"{name}.npy")
        ends, text = index[2], (self.folder / f"{name}.jsonl").read_bytes()
        if self.drift is not None and name.startswith(f"{self.drift.table}-{self.through()}."):
            lines = [self.drift.line(line.removesuffix(b",")) + b",\n" for line in text.split(b"\n")[:-1]]
            ends, text = np.cumsum([len(line) for line in lines]), b"".join(lines)
        self.cache[name] = DayFile(index[0], index[1], ends, text)
        while len(self.cache) > CACHED_DAYS:
            self.cache.popitem(last=False)
        return self.cache[name]

    def _ranges(self, resource: str, since: int, before: int) -> list[tuple[str, int, int]]:
        """(file, first record, record behind the last) of every day with records in [since, before)."""
        found = []
        for day, name, count in self.days[resource]:
            if (day + 1) * DAY <= since or day * DAY >= before:
                continue
            whole = since <= day * DAY and (day + 1) * DAY <= before
            start = 0 if whole else int(np.searchsorted(self._open(name).updated, since, side="left"))
            stop = count if whole else int(np.searchsorted(self._open(name).updated, before, side="left"))
            if start < stop:
                found.append((name, start, stop))
        return found

    def _after(self, ranges: list[tuple[str, int, int]], after: Position) -> list[tuple[str, int, int]]:
        rest: list[tuple[str, int, int]] = []
        for name, start, stop in ranges:
            begin = max(start, self._open(name).place(*after)) if not rest else start
            if begin < stop:
                rest.append((name, begin, stop))
        return rest

    def page(self, resource: str, *, since: int, before: int, limit: int, after: Position | None) -> Page:
        """At most `limit` records with since <= updated_at < before (microseconds), behind position `after`."""
        try:
            return self._page(resource, since=since, before=before, limit=limit, after=after)
        except FileNotFoundError:
            # A new day was published between reading the list and opening its files; the new list names others.
            self.stamp = None
            return self._page(resource, since=since, before=before, limit=limit, after=after)

    def _page(self, resource: str, *, since: int, before: int, limit: int, after: Position | None) -> Page:
        self._refresh()
        ranges = self._ranges(resource, since, before)
        total = sum(stop - start for _, start, stop in ranges)
        rest = ranges if after is None else self._after(ranges, after)
        parts: list[bytes] = []
        wanted, last = limit, None
        for name, start, stop in rest:
            if wanted == 0:
                return Page(b",".join(parts), last, total)
            file, end = self._open(name), min(stop, start + wanted)
            parts.append(file.slice(start, end))
            wanted -= end - start
            last = (int(file.updated[end - 1]), int(file.key[end - 1]))
            if end < stop:
                return Page(b",".join(parts), last, total)
        return Page(b",".join(parts), None, total)
