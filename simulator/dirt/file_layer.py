"""Dirt for files: in their rows first, then in the file as a whole."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

from simulator.dirt import excel
from simulator.dirt.carry import Carry
from simulator.dirt.codecs import Sheet, Workbook, decode
from simulator.dirt.editor import edit, merged
from simulator.dirt.file_drift import drifted
from simulator.dirt.file_edits import REDELIVERED, RULES, TABLES, key_of
from simulator.dirt.scene import Item, Scene, salt
from simulator.files import write_atomic

Files = dict[str, bytes]
WINDOW = 9
BROKEN = ("missing_file", "partial_file", "empty_file", "locked_file")
NAME = re.compile(r"(?P<table>[a-z0-9_]+?)_(?P<date>\d{8})")


def table_of(path: str) -> str:
    """The first part of the file's name."""
    found = NAME.match(PurePosixPath(path).name)
    return "" if found is None else found["table"]


def date_in(path: str) -> date:
    """The date in the file's name."""
    found = NAME.match(PurePosixPath(path).name)
    if found is None:
        raise ValueError(path)
    return date(int(found["date"][:4]), int(found["date"][4:6]), int(found["date"][6:]))


def on(path: str, when: date) -> str:
    """The same file of another day."""
    old = date_in(path)
    return path.replace(f"{old:%Y/%m/%d}", f"{when:%Y/%m/%d}").replace(f"{old:%Y%m%d}", f"{when:%Y%m%d}")


def _stem(path: str) -> str:
    return PurePosixPath(path).stem


def _cut(content: bytes) -> bytes:
    """The first three fifths, or some bytes less: it must not end where a line does, or nobody could tell."""
    end = max(1, len(content) * 3 // 5)
    while end > 1 and b"\n" in content[end - 1 : end + 1]:
        end -= 1
    return content[:end]


class FileLayer:
    """Lays dirt over the files of one day, source by source."""

    def __init__(self, scene: Scene, carry: Carry, source: str, root: Path) -> None:
        self.scene, self.carry, self.source, self.root = scene, carry, source, root
        self.locked: list[str] = []
        self.absent: list[str] = []

    def files(self, files: Files) -> Files:
        """The day's files by path below the source's folder; what is missing today is not among them."""
        self.locked, self.absent = [], []
        rowed = {path: self._rows(path, content) for path, content in files.items()}
        rowed |= self._strays(files)
        result: Files = {}
        change = drifted(self.scene, self.source, rowed, table_of)
        if change is not None:
            self.carry.note(self.scene, self.source, [replace(change.item, table=TABLES[change.table][0])])
        for path, content in rowed.items():
            if change is not None and table_of(path) == change.table:
                result[path] = change.file(path, content)
                self._again(path, content, 1)
            else:
                result |= self._whole(path, content)
        return result

    def _rows(self, path: str, content: bytes) -> bytes:
        table = table_of(path)
        rules = [rule for rule in RULES.get(table, ()) if rule.kind in self.scene.rates]
        arrived = [n for n in self.carry.for_day(self.scene.day, self.source) if n.get("row") == path]
        again = table in REDELIVERED and self.scene.happens("redelivered_window", self.source, table)
        if not rules and not arrived and not again:
            return content
        sheet = decode(path, content)
        if sheet is None:
            return content
        edited = edit(self.scene, table, sheet.lines, sheet, rules)
        items = [self._numbered(item, path, n) for n, item in zip(self._places(edited.now), edited.items, strict=True)]
        self.carry.note(self.scene, self.source, items)
        for lag, _, text in edited.later:
            later = on(path, date_in(path) + timedelta(days=lag))
            head = getattr(sheet, "header", None)
            note = {"due": self.scene.day + lag, "sink": self.source, "row": later, "text": text, "head": head}
            self.carry.due.append(note)
        lines = merged(sheet.lines, edited) + [note["text"] for note in arrived]
        before = self._window(path, sheet) if again else []
        if lines == sheet.lines and not before:
            return content
        sheet.lines = before + lines
        return sheet.encode()

    @staticmethod
    def _places(now: dict[int, list[str]]) -> list[int]:
        """Positions in the order in which the rows were edited."""
        return list(now)

    @staticmethod
    def _numbered(item: Item, path: str, place: int) -> Item:
        """Rows without a key of their own are known by file and position."""
        if item.key:
            return item
        name = "count_id" if item.table == "stock_counts" else "quote_file"
        return replace(item, key={name: _stem(path), "row_no": place + 1})

    def _window(self, path: str, sheet: Sheet) -> list[str]:
        """The rows of the nine days before, as they were delivered then."""
        table, mark = table_of(path), f"{self.source}/{table_of(path)}"
        if mark not in self.carry.marks:
            self.carry.marks.append(mark)
        lines: list[str] = []
        for ago in range(WINDOW, 0, -1):
            former = on(path, date_in(path) - timedelta(days=ago))
            day = self.scene.day - ago
            # A file that was broken, or held a window itself, is left out: the result must not depend on repairs.
            if self.carry.marked(day, mark) or self.carry.marked(day, f"{self.source}/{former}"):
                continue
            if not (self.root / former).is_file():
                continue
            old = decode(former, (self.root / former).read_bytes())
            lines += [] if old is None else old.lines
        keys = {str(key): key for key in (key_of(table, sheet.load(line)) for line in lines)}
        items = [Item(key, TABLES[table][0], "redelivered_window") for key in keys.values()]
        self.carry.note(self.scene, self.source, items)
        return lines

    def _strays(self, files: Files) -> Files:
        """Late rows whose file does not exist on this day get one."""
        found: dict[str, list[str]] = {}
        for note in self.carry.for_day(self.scene.day, self.source):
            if "row" in note and note["row"] not in files:
                found.setdefault(note["row"], [note["head"]] if note["head"] else []).append(note["text"])
        return {path: "".join(f"{line}\n" for line in lines).encode() for path, lines in found.items()}

    def _whole(self, path: str, content: bytes) -> Files:
        table = TABLES.get(table_of(path), ("", {}))[0]
        for kind in BROKEN:
            if not self._hits(kind, path):
                continue
            lag = 1 + self.scene.number(3, salt(path), kind)
            self.carry.note(self.scene, self.source, [Item({"file": path}, table, kind, lag=lag)])
            self._again(path, content, lag)
            return self._broken(kind, path, content)
        if path.endswith(".xlsx"):
            kinds = [kind for kind in excel.KINDS if self._hits(kind, path)]
            if kinds:
                book = Workbook.decode(content)
                self.carry.note(self.scene, self.source, excel.spoil(kinds[0], book, _stem(path)))
                return {path: book.encode()}
        return {path: content}

    def _hits(self, kind: str, path: str) -> bool:
        return self.scene.happens(kind, path)

    def _broken(self, kind: str, path: str, content: bytes) -> Files:
        if kind == "missing_file":
            self.absent.append(path)
            return {}
        if kind == "partial_file":
            return {path: _cut(content)}
        if kind == "empty_file":
            return {path: b""}
        self.locked.append(path)
        place = PurePosixPath(path)
        return {path: b"", str(place.with_name(f"~${place.name}")): b"somebody"}

    def _again(self, path: str, content: bytes, lag: int) -> None:
        """The proper file is delivered `lag` days later."""
        self.carry.marks.append(f"{self.source}/{path}")
        text = base64.b64encode(content).decode()
        self.carry.due.append({"due": self.scene.day + lag, "sink": self.source, "file": path, "content": text})

    def due(self) -> Files:
        """Files of earlier days that are delivered properly today."""
        notes = self.carry.for_day(self.scene.day, self.source)
        return {note["file"]: base64.b64decode(note["content"]) for note in notes if "file" in note}

    def settle(self) -> None:
        """Deliver the files of earlier days that are due today; take away what must not be there today."""
        for path, content in self.due().items():
            target = self.root / path
            write_atomic(target, content, sync=False)
            target.with_name(f"~${target.name}").unlink(missing_ok=True)
        for path in self.locked:
            (self.root / path).chmod(0)
        for path in self.absent:
            (self.root / path).unlink(missing_ok=True)
