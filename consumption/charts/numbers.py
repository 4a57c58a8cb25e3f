"""Numbers as a reader says them."""

from decimal import Decimal
from typing import Any

THOUSAND, MILLION = 1_000, 1_000_000
MINUS, GAP = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"  # a number and its unit stay on one line
WHOLE = 100  # from here on a decimal says nothing


def count(value: float | Decimal) -> str:
    """12,345"""
    return f"{value:,.0f}".replace("-", MINUS)


def short(value: float | Decimal) -> str:
    """950, 31.7 k, 2.84 M"""
    size = abs(float(value))
    if size >= MILLION:
        return f"{float(value) / MILLION:.2f}{GAP}M".replace("-", MINUS)
    if size >= THOUSAND:
        digits = 0 if size >= WHOLE * THOUSAND or size % THOUSAND == 0 else 1
        return f"{float(value) / THOUSAND:.{digits}f}{GAP}k".replace("-", MINUS)
    return count(value)


def kes(value: float | Decimal) -> str:
    """KES 31.7 k"""
    return f"KES{GAP}{short(value)}"


def percent(value: float | Decimal) -> str:
    """41.5 %"""
    return f"{float(value):.1f}{GAP}%".replace("-", MINUS)


def change(value: float | Decimal) -> str:
    """+12 %, −5 %"""
    return f"{value:+.0f}{GAP}%".replace("-", MINUS)


def cell(value: Any, column: str = "") -> str:
    """A value of a table; a code is no quantity and has no thousands."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | float):
        return f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"
    if isinstance(value, int) and not column.endswith("_code"):
        return f"{value:,}"
    return str(value)
