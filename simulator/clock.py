"""Time: microseconds UTC since 1970 in int64; a simulated day is a UTC day; Nairobi is UTC+3 without summer time."""

import zlib
from datetime import date, timedelta

import numpy as np

from simulator.config import WorldConfig
from simulator.frames import Array

SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
EAT_OFFSET = 3 * HOUR
# Midnight in Nairobi: the business date changes here, prices change here, and counts are taken just before.
CLOSE = 21 * HOUR
WEEKDAY_FACTOR = (0.92, 0.92, 0.95, 1.0, 1.13, 1.24, 0.84)
MONTH_FACTOR = (0.88, 0.92, 0.97, 1.02, 0.99, 0.96, 0.97, 1.0, 0.98, 1.0, 1.08, 1.23)
PAYDAY_FACTOR, OTHER_FACTOR = 1.14, 0.92


def date_of(config: WorldConfig, day: int) -> date:
    """Calendar date (UTC) of day index `day`; 0 is the first simulated day."""
    return config.start_date + timedelta(days=day)


def start_of(config: WorldConfig, day: int) -> int:
    """First microsecond of the UTC day."""
    return (config.start_date - date(1970, 1, 1)).days * DAY + day * DAY


def is_payday(when: date) -> bool:
    """The window in which salaries are spent: 25th to 5th."""
    return when.day >= 25 or when.day <= 5


def demand_factor(config: WorldConfig, day: int) -> float:
    """How much this day sells against an average day; 6 % growth a year."""
    when = date_of(config, day)
    payday = PAYDAY_FACTOR if is_payday(when) else OTHER_FACTOR
    growth = 1.0 + 0.06 * (day / 365.0)
    return WEEKDAY_FACTOR[when.weekday()] * MONTH_FACTOR[when.month - 1] * payday * growth


def stream(config: WorldConfig, day: int, name: str) -> np.random.Generator:
    """The random numbers of one purpose on one day; independent of every other day (-1: before the first day)."""
    return np.random.Generator(np.random.PCG64([config.seed, day + 1, zlib.crc32(name.encode())]))


def iso(times: Array) -> list[str]:
    """Microseconds as ISO 8601 in UTC with a Z."""
    texts: list[str] = np.char.add(np.datetime_as_string(times.astype("datetime64[us]")), "Z").tolist()
    return texts


def iso_milliseconds(times: Array) -> list[str]:
    """As `iso`, with three digits of the second: the logs of gateways and shops."""
    return [text + "Z" for text in np.datetime_as_string((times // 1000).astype("datetime64[ms]")).tolist()]


def local(times: Array) -> list[str]:
    """Microseconds as YYYY-MM-DD HH:MM:SS in Nairobi, as people there write it: without a zone."""
    texts = np.datetime_as_string((times + EAT_OFFSET).astype("datetime64[us]"), unit="s").tolist()
    return [text.replace("T", " ") for text in texts]


def local_digits(times: Array) -> list[str]:
    """Microseconds as YYYYMMDDHHMMSS in Nairobi."""
    return [f"{t[:4]}{t[5:7]}{t[8:10]}{t[11:13]}{t[14:16]}{t[17:]}" for t in local(times)]


def iso_or_null(times: Array, missing: Array, null: str, quote: str = "") -> list[str]:
    """As `iso`, in quotes, with `null` where `missing`."""
    texts = iso(np.where(missing, 0, times))
    return [null if gone else f"{quote}{text}{quote}" for text, gone in zip(texts, missing.tolist(), strict=True)]


def iso_date(days: Array) -> list[str]:
    """Days since 1970 as ISO dates."""
    texts: list[str] = np.datetime_as_string(days.astype("datetime64[D]")).tolist()
    return texts


def business_day(times: Array) -> Array:
    """Days since 1970 of the business date in Nairobi."""
    return (times + EAT_OFFSET) // DAY
