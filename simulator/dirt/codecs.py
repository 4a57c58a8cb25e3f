"""Formats as lines: COPY text, JSON records, JSON lines, CSV and workbooks."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import fastexcel
import xlsxwriter

from simulator.dirt.scene import Row
from simulator.sinks.drops import CREATED

SINKS = Path(__file__).parents[1] / "sinks"


@lru_cache
def schema() -> dict[str, dict[str, str]]:
    """{"erp.suppliers": {column: type}} of all tables that the ERP's schema file makes."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SINKS.glob("schema*.sql")))
    tables: dict[str, dict[str, str]] = {}
    for name, body in re.findall(r"CREATE TABLE (\w+\.\w+) \((.*?)\);", text, re.DOTALL):
        parts = re.split(r",(?![^(]*\))", re.sub(r"PRIMARY KEY \([^)]*\)", "", body))
        columns = [part.split(maxsplit=1) for part in parts if part.strip()]
        tables[name] = {column: kind.split(" PRIMARY")[0].split(" NOT")[0].strip() for column, kind in columns}
    for name, model in re.findall(r"CREATE TABLE (\w+\.\w+) \(LIKE (\w+\.\w+)", text):
        tables[name] = tables[model]
    return tables


@dataclass(frozen=True)
class Copy:
    """A line of PostgreSQL's COPY: values as text, \\N for null."""

    columns: tuple[str, ...]

    @classmethod
    def of(cls, table: str) -> Copy:
        """The codec of a table of the schema, such as erp.suppliers."""
        return cls(tuple(schema()[table]))

    def load(self, line: str) -> Row:
        """Column by name."""
        return dict(zip(self.columns, line.split("\t"), strict=True))

    def dump(self, row: Row) -> str:
        """The line without its end."""
        return "\t".join(row[name] for name in self.columns)


class Json:
    """A JSON object per line."""

    def load(self, line: str) -> Row:
        """The object."""
        row: Row = json.loads(line)
        return row

    def dump(self, row: Row) -> str:
        """Without blanks, as the clean records are written."""
        return json.dumps(row, separators=(",", ":"), ensure_ascii=False)


JSON = Json()


@dataclass
class Sheet:
    """A file as lines that an editor can work on; `lines` may be changed, `encode` gives the file again."""

    lines: list[str]

    def load(self, line: str) -> Row:
        """The row of a line."""
        return JSON.load(line)

    def dump(self, row: Row) -> str:
        """The line of a row."""
        return JSON.dump(row)

    def encode(self) -> bytes:
        """The file's bytes."""
        return "".join(f"{line}\n" for line in self.lines).encode()


@dataclass
class CsvSheet(Sheet):
    """A CSV file: header, separator, line end and encoding stay as they are."""

    header: str
    separator: str
    end: str
    encoding: str

    @classmethod
    def decode(cls, content: bytes) -> CsvSheet:
        """Read the bytes; ISO 8859-1 where they are no UTF-8."""
        try:
            text, encoding = content.decode(), "utf-8"
        except UnicodeDecodeError:
            text, encoding = content.decode("latin-1"), "latin-1"
        end = "\r\n" if "\r\n" in text else "\n"
        lines = text.split(end)
        header, rest = lines[0], lines[1:-1] if text.endswith(end) else lines[1:]
        return cls(rest, header, ";" if ";" in header else ",", end, encoding)

    @property
    def columns(self) -> list[str]:
        """Names in the header."""
        return next(csv.reader([self.header], delimiter=self.separator))

    def load(self, line: str) -> Row:
        """Values as text."""
        return dict(zip(self.columns, next(csv.reader([line], delimiter=self.separator)), strict=True))

    def dump(self, row: Row) -> str:
        """The line without its end."""
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=self.separator, lineterminator="").writerow(row.values())
        return buffer.getvalue()

    def encode(self) -> bytes:
        """The file's bytes."""
        return "".join(f"{line}{self.end}" for line in [self.header, *self.lines]).encode(self.encoding)


@dataclass
class Workbook(Sheet):
    """An Excel file with one sheet and a header in its first row; each line is a row as JSON."""

    name: str
    columns: list[str]
    title: str = ""

    @classmethod
    def decode(cls, content: bytes) -> Workbook:
        """Read the bytes."""
        book = fastexcel.read_excel(content)
        frame = book.load_sheet(0).to_polars()
        return cls([JSON.dump(row) for row in frame.rows(named=True)], book.sheet_names[0], frame.columns)

    def encode(self) -> bytes:
        """The file's bytes; a title stands above the header, over all columns."""
        rows = [list(self.load(line).values()) for line in self.lines]
        names = list(self.load(self.lines[0])) if self.lines else self.columns
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            book.set_properties({"created": CREATED})
            sheet = book.add_worksheet(self.name)
            if self.title:
                sheet.merge_range(0, 0, 0, len(names) - 1, self.title)
            above = 1 if self.title else 0
            for number, values in enumerate([names, *rows]):
                for place, value in enumerate(values):
                    if isinstance(value, str):
                        sheet.write_string(number + above, place, value)
                    else:
                        sheet.write(number + above, place, value)
        return buffer.getvalue()


def decode(name: str, content: bytes) -> Sheet | None:
    """A file by its ending; None for formats without rows of text."""
    if name.endswith(".jsonl"):
        return Sheet(content.decode().split("\n")[:-1])
    if name.endswith(".csv"):
        return CsvSheet.decode(content)
    if name.endswith(".xlsx"):
        return Workbook.decode(content)
    return None
