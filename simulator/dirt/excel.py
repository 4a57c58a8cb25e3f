"""Oddities of workbooks: what people and Excel do to a count sheet."""

from __future__ import annotations

from datetime import datetime

from simulator.dirt.codecs import Workbook
from simulator.dirt.scene import Item, Key, Row

KINDS = (
    "excel_merged_header", "excel_total_row", "excel_serial_dates", "excel_lost_zeros", "excel_numbers_as_text",
)  # fmt: skip
EPOCH = datetime(1899, 12, 30)
SECONDS = 86_400


def serial(text: str) -> float:
    """Excel's day number of a time."""
    span = datetime.fromisoformat(text) - EPOCH
    return span.days + span.seconds / SECONDS


def _changed(kind: str, row: Row) -> Row:
    if kind == "excel_serial_dates":
        return {**row, "Counted At": serial(row["Counted At"])}
    if kind == "excel_lost_zeros":
        digits = str(row["SKU"]).strip().upper().removeprefix("GH")
        return {**row, "SKU": int(digits)}
    return {**row, "Qty": f"{row['Qty']}"}


def spoil(kind: str, book: Workbook, count_id: str) -> list[Item]:
    """Change the workbook in place; the lines of the truth file: one per row, or one for the sheet."""
    table = "stock_counts"
    if kind == "excel_merged_header":
        book.title = f"Stock count {count_id.removeprefix('stock_')}"
        return [Item({"count_id": count_id}, table, kind)]
    rows = [book.load(line) for line in book.lines]
    if not rows:
        return []
    if kind == "excel_total_row":
        total: Row = dict.fromkeys(rows[0])
        total |= {"SKU": "Total", "Qty": sum(int(row["Qty"]) for row in rows)}
        book.lines.append(book.dump(total))
        return [Item({"count_id": count_id, "row_no": len(book.lines)}, table, kind)]
    book.lines = [book.dump(_changed(kind, row)) for row in rows]
    keys: list[Key] = [{"count_id": count_id, "row_no": n + 1} for n in range(len(rows))]
    return [Item(key, table, kind) for key in keys]
