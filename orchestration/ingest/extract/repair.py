"""What a spreadsheet does to values, undone where the contract's type says what was meant."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from orchestration.ingest import casts
from orchestration.ingest.model import Column, Contract

# Excel counts days from here. Five digits are the years 1927 to 2173: any other number in a date is no date.
EPOCH, SERIAL = datetime(1899, 12, 30), r"^\d{5}(?:\.\d+)?$"
DAY_MS = 86_400_000


def unexcelled(columns: Sequence[Column], frame: pl.DataFrame) -> list[pl.Expr]:
    """Per column of a sheet read as text: serial numbers as dates, 12.0 as 12, numbers without blanks around them."""
    return [_meant(column).alias(column.source_name) for column in columns if column.source_name in frame.columns]


def padded(contract: Contract, frame: pl.DataFrame) -> list[pl.Expr]:
    """Codes that lost their leading zeros, filled up again to the length the contract names."""
    return [
        _padded(column).alias(column.source_name)
        for column in contract.columns
        if column.pad_to is not None and frame.schema.get(column.source_name) == pl.String
    ]


def _padded(column: Column) -> pl.Expr:
    code, form = pl.col(column.source_name), column.pad_to or ""
    prefix = form.rstrip("0")
    width = len(form) - len(prefix)
    digits = code.str.strip_chars().str.replace(r"^(\d+)\.0+$", "$1")
    filled = pl.concat_str(pl.lit(prefix), digits.str.zfill(width))
    return pl.when(digits.str.contains(rf"^\d{{1,{width}}}$")).then(filled).otherwise(code)


def _meant(column: Column) -> pl.Expr:
    raw = pl.col(column.source_name)
    if column.type == "VARCHAR":
        return raw
    trimmed = raw.str.strip_chars().str.strip_prefix("'")
    text = pl.when(trimmed != "").then(trimmed)
    if column.type in ("INTEGER", "BIGINT"):
        return text.str.replace(r"^([+-]?\d+)\.0+$", "$1")
    if column.type == "DATE":
        return _date(text, column)
    return _moment(text, column) if column.type == "TIMESTAMP" else text


def _date(text: pl.Expr, column: Column) -> pl.Expr:
    days = text.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    date = (pl.lit(EPOCH) + pl.duration(days=days)).dt.to_string(casts.strftime(column.format or "yyyy-MM-dd"))
    midnight = text if column.format else text.str.strip_suffix(" 00:00:00")
    return pl.when(text.str.contains(SERIAL) & days.is_not_null()).then(date).otherwise(midnight)


def _moment(text: pl.Expr, column: Column) -> pl.Expr:
    # A serial number has about 10 decimals, a tenth of a millisecond; fractions of a second are rounded to whole ones.
    ms = (text.cast(pl.Float64, strict=False) * DAY_MS).round().cast(pl.Int64)
    moment = pl.lit(EPOCH) + pl.duration(milliseconds=ms)
    if column.format:
        written = moment.dt.to_string(casts.strftime(column.format))
    else:
        whole, exact = moment.dt.to_string("%Y-%m-%d %H:%M:%S"), moment.dt.to_string("%Y-%m-%d %H:%M:%S%.3f")
        written = pl.when(ms % 1000 == 0).then(whole).otherwise(exact)
    return pl.when(text.str.contains(SERIAL)).then(written).otherwise(text)
