"""Strict casts: a value becomes its contract's type without loss, or it becomes null and the row is broken."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from orchestration.ingest.model import Column
from orchestration.ingest.notation import plain_number

# All are unambiguous (ISO 8601 and its form with a space): a value that fits two of them means the same in both.
TIMESTAMPS = tuple(
    f"%Y-%m-%d{separator}%H:%M{seconds}{zone}"
    for separator in (" ", "T")
    for seconds in (":%S", ":%S%.f", "")
    for zone in ("", "%#z")
)
# The letters of the standard's date formats (JDK DateTimeFormatter) in the notation of strftime.
JDK_LETTERS = {
    "yyyy": "%Y", "yy": "%y", "MMM": "%b", "MM": "%m", "M": "%m", "dd": "%d", "d": "%d", "HH": "%H", "H": "%H",
    "mm": "%M", "ss": "%S", "SSS": "%3f", "XXX": "%:z", "a": "%p", "hh": "%I", "h": "%I",
}  # fmt: skip
DIGITS_ONLY = re.compile("(?:%[YmdHMS])+")
FIRST_DAY = date(1000, 1, 1)  # "24-01-05" would otherwise be read as a day of the year 24
BOOLEANS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
INTEGERS = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)
FLOATS = (pl.Float32, pl.Float64)


def bronze_type(column: Column) -> pl.DataType:
    """The Polars type of a bronze column."""
    if column.type.startswith("DECIMAL"):
        precision, scale = _digits(column)
        return pl.Decimal(precision, scale)
    simple: dict[str, pl.DataType] = {
        "VARCHAR": pl.String(),
        "INTEGER": pl.Int32(),
        "BIGINT": pl.Int64(),
        "DOUBLE": pl.Float64(),
        "BOOLEAN": pl.Boolean(),
        "DATE": pl.Date(),
        "TIMESTAMP": pl.Datetime("us"),
    }
    return simple[column.type]


def fits(source: pl.DataType, column: Column, *, file: bool) -> bool:
    """Whether values of a source type may be cast at all. In a file, text and doubles may hold other types' values."""
    if source == pl.Null or (source == pl.String and (file or column.type == "VARCHAR")):
        return True
    numbers = (*INTEGERS, pl.Decimal, *(FLOATS if file else ()))
    allowed: dict[str, tuple[type[pl.DataType], ...]] = {
        "VARCHAR": (pl.Categorical, pl.Enum, pl.Time),
        "INTEGER": numbers,
        "BIGINT": numbers,
        "DECIMAL": numbers,
        "DOUBLE": (*numbers, *FLOATS),
        "BOOLEAN": (pl.Boolean,),
        "DATE": (pl.Date,),
        "TIMESTAMP": (pl.Datetime,),
    }
    return source in allowed[column.type.split("(")[0]]


def cast(source: pl.DataType, column: Column, timezone: str | None, formats: Sequence[str]) -> pl.Expr:
    """The typed values of a source column; null where a value is null or does not fit.

    `timezone`: of source times that carry none. `formats`: of times written as text, see `formats_of`.
    """
    raw = pl.col(column.source_name)
    if column.secret and column.normalise:
        return _normalised(raw, column.normalise)
    if source == pl.Null or column.type == "VARCHAR":
        return raw.cast(bronze_type(column))
    if source == pl.String:
        return _from_text(raw, column, timezone, formats)
    if column.type == "TIMESTAMP":
        zone = getattr(source, "time_zone", None)
        return _to_utc(raw.cast(pl.Datetime("us", zone)), timezone, has_zone=zone is not None)
    return _from_number(raw, source, column)


def formats_of(column: Column) -> Sequence[str]:
    """All formats in which a time may be written: the contract's own, or any of ISO 8601."""
    return (strftime(column.format),) if column.format else TIMESTAMPS


def likely_format(column: Column, sample: str | None) -> Sequence[str]:
    """The one format that a sample suggests: trying all for each value would cost twelve times as much."""
    if column.format or not sample:
        return formats_of(column)[:1]
    separator, rest = sample[10:11], sample[16:]
    seconds = "" if not rest.startswith(":") else ":%S%.f" if "." in rest else ":%S"
    zone = "%#z" if rest[-1:] == "Z" or "+" in rest or "-" in rest else ""
    guess = f"%Y-%m-%d{separator}%H:%M{seconds}{zone}"
    return (guess if guess in TIMESTAMPS else TIMESTAMPS[0],)


def _from_text(raw: pl.Expr, column: Column, timezone: str | None, formats: Sequence[str]) -> pl.Expr:
    type_ = bronze_type(column)
    raw = plain_number(raw, column.number) if column.number is not None else raw
    if column.type.startswith("DECIMAL"):
        # Polars rounds surplus digits away and reads exponents; both would lose or invent digits silently.
        surplus = raw.str.contains(rf"[eE]|\.\d{{{_digits(column)[1]}}}\d*[1-9]")
        return pl.when(~surplus).then(raw.cast(type_, strict=False))
    if column.type == "BOOLEAN":
        return raw.str.to_lowercase().replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
    if column.type == "DATE":
        format_ = strftime(column.format) if column.format else "%Y-%m-%d"
        parsed = raw.str.to_date(format_, strict=False)
        if DIGITS_ONLY.fullmatch(format_):
            parsed = pl.when(parsed.dt.to_string(format_) == raw).then(parsed)
        return pl.when(parsed >= FIRST_DAY).then(parsed)
    if column.type == "TIMESTAMP":
        every = pl.coalesce([_timestamp(raw, format_, timezone) for format_ in formats])
        return pl.when(every >= pl.lit(FIRST_DAY, dtype=pl.Datetime("us"))).then(every)
    typed = raw.cast(type_, strict=False)
    return pl.when(typed.is_finite()).then(typed) if column.type == "DOUBLE" else typed


def _timestamp(raw: pl.Expr, format_: str, timezone: str | None) -> pl.Expr:
    has_zone = "%#z" in format_ or "%:z" in format_
    parsed = raw.str.to_datetime(format_, strict=False, time_unit="us")
    if DIGITS_ONLY.fullmatch(format_):  # without separators a lost digit would make another time of it
        parsed = pl.when(parsed.dt.to_string(format_) == raw).then(parsed)
    return _to_utc(parsed, timezone, has_zone=has_zone)


def _to_utc(values: pl.Expr, timezone: str | None, *, has_zone: bool) -> pl.Expr:
    if not has_zone and timezone is None:
        return values
    local = values if has_zone else values.dt.replace_time_zone(timezone, ambiguous="null", non_existent="null")
    return local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _from_number(raw: pl.Expr, source: pl.DataType, column: Column) -> pl.Expr:
    type_ = bronze_type(column)
    if source == type_:
        return raw
    typed = raw.cast(type_, strict=False)
    if source not in FLOATS and not isinstance(source, pl.Decimal):
        return typed
    # Lossless means that the way back gives the same value; a double that prints as 2.55 is the decimal 2.55.
    back = typed.cast(pl.Float64 if source in FLOATS else source, strict=False)
    return pl.when(back == raw).then(typed)


def _normalised(raw: pl.Expr, kind: str) -> pl.Expr:
    """E-mail addresses in lower case; Kenyan mobile numbers as 2547… or 2541…, null for a number of another form."""
    if kind == "email":
        return raw.str.strip_chars().str.to_lowercase()
    digits = raw.str.replace_all(r"[^0-9]", "").str.replace(r"^(?:00)?(?:254)?0?([17][0-9]{8})$", "254$1")
    return pl.when(digits.str.contains("^254[17][0-9]{8}$")).then(digits)


def constants(values: Sequence[str], column: Column) -> pl.Series:
    """Values written in a contract, as the column's type; null for one that is none."""
    texts = pl.DataFrame({column.source_name: pl.Series(values, dtype=pl.String)})
    plain = replace(column, secret=False, number=None)
    return texts.select(cast(pl.String(), plain, None, formats_of(column))).to_series()


def _digits(column: Column) -> tuple[int, int]:
    precision, scale = re.findall(r"\d+", column.type)
    return int(precision), int(scale)


def strftime(format_: str) -> str:
    """A date format of the standard (JDK letters) as one of strftime."""
    return "".join(_pieces(format_))


def _pieces(format_: str) -> Iterator[str]:
    for match in re.finditer(r"'([^']*)'|([A-Za-z])\2*|.", format_):
        text = match[0]
        if match[1] is not None:
            yield match[1]
        else:
            yield JDK_LETTERS.get(text, text)


def unknown_letters(format_: str) -> list[str]:
    """The letters of a date format that landing does not know."""
    runs = [m[0] for m in re.finditer(r"'[^']*'|([A-Za-z])\1*", format_)]
    return [run for run in runs if not run.startswith("'") and run not in JDK_LETTERS]
