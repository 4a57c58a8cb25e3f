"""Rows as JSON can carry them, and never more of them than was agreed."""

import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any


def as_json(value: Any, longest: int) -> Any:
    """A value of DuckDB as JSON: times as ISO 8601 in UTC, decimals as numbers where that loses nothing.

    A text, list or struct whose JSON is longer than `longest` characters comes as a shortened text.
    """
    plain = _plain(value)
    if plain is None or isinstance(plain, bool | int | float):
        return plain
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return plain if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest:,} more characters)"


def _plain(value: Any) -> Any:  # noqa: PLR0911  (one line per type reads best)
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)  # JSON has no infinity
    if isinstance(value, Decimal):
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value)
