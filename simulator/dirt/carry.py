"""What one day leaves for later days, and the truth file. One small file per day, so that a day can be made again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from simulator.dirt.catalogue import KINDS
from simulator.dirt.scene import Item, Scene
from simulator.files import write_atomic

LONGEST = 31  # days


@dataclass
class Carry:
    """The notes of all days below `folder`, and the day under way.

    due: {"due": day, "sink": …} in the order in which they were made; marks: names of things that happened on a day.
    """

    folder: Path
    due: list[dict[str, Any]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    truth: list[str] = field(default_factory=list)
    former: dict[int, dict[str, Any]] = field(default_factory=dict)

    def begin(self) -> None:
        """Start a day with nothing noted."""
        self.due, self.marks, self.truth = [], [], []

    def _path(self, day: int) -> Path:
        return self.folder / f"day-{day:05d}.json"

    def _of(self, day: int) -> dict[str, Any]:
        if day not in self.former:
            path = self._path(day)
            self.former[day] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return self.former[day]

    def for_day(self, day: int, sink: str) -> list[dict[str, Any]]:
        """What earlier days left for this day."""
        return [
            note
            for earlier in range(max(0, day - LONGEST), day)
            for note in self._of(earlier).get("due", [])
            if note["due"] == day and note["sink"] == sink
        ]

    def marked(self, day: int, mark: str) -> bool:
        """Whether something happened on an earlier day."""
        return day >= 0 and mark in self._of(day).get("marks", [])

    def note(self, scene: Scene, source: str, items: list[Item]) -> None:
        """Lines of the truth file."""
        for item in items:
            kind = KINDS[item.kind]
            settled = None if item.lag is None else (scene.date + timedelta(days=item.lag)).isoformat()
            line = {
                "day": scene.date.isoformat(), "source": item.source or source, "table": item.table, "key": item.key,
                "kind": item.kind, "tier": kind.tier, "repairable": kind.repairable,
                "expected": item.expected or kind.expected, "settled_on": settled,
            }  # fmt: skip
            self.truth.append(json.dumps(line, ensure_ascii=False, default=str))

    def save(self, day: int) -> None:
        """Keep the day's notes."""
        # ERP, shop and files come in another order when a day is added to a history.
        notes = {"due": self.due, "marks": self.marks, "truth": sorted(self.truth)}
        self.former[day] = notes
        self.former.pop(day - LONGEST - 1, None)
        if any(notes.values()):
            write_atomic(self._path(day), json.dumps(notes, ensure_ascii=False).encode(), sync=False)
        else:
            self._path(day).unlink(missing_ok=True)

    def publish(self, truth: Path) -> None:
        """Write the truth file from the notes of all days."""
        lines = [
            line
            for path in sorted(self.folder.glob("day-*.json"))
            for line in json.loads(path.read_text(encoding="utf-8"))["truth"]
        ]
        write_atomic(truth, "".join(f"{line}\n" for line in lines).encode())
