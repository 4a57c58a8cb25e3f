"""COPY text of what is agreed with the outside: invoices, exchange rates, promotions, prices."""

from __future__ import annotations

from simulator.clock import business_day, iso, iso_date, iso_or_null
from simulator.frames import Frame
from simulator.masters import words
from simulator.masters.text import Texts
from simulator.sinks.rows import NULL, join, pick, split_units

INVOICE = "INV%08d\t%d\t%s\t%s %s\tPO%08d\t%d\tGRN%08d\t%d\t%d.%04d\t%s\t%d.%02d\t%s\t%s\t%s\t%s\tf\t%s\t%s\n"
RATE = "%s\t%s\t%d.%06d\t%s\t%s\n"


def invoice_rows(frame: Frame, texts: Texts) -> str:
    """erp.supplier_invoices."""
    amount = (frame["qty"] * frame["price"] + 50) // 100
    at = iso(frame["at"])
    return join(
        INVOICE, frame["no"].tolist(), frame["line"].tolist(), pick(texts.supplier, frame["supplier"]),
        pick(texts.supplier_name, frame["supplier"]), pick(words.SUPPLIER_FORMS, frame["form"]), frame["po"].tolist(),
        frame["po_line"].tolist(), frame["no"].tolist(), frame["qty"].tolist(), *split_units(frame["price"], 10_000),
        pick(words.CURRENCIES, frame["currency"]), *split_units(amount, 100), iso_date(business_day(frame["at"])),
        iso_date(frame["due"]), pick(words.INVOICE_STATUS, frame["status"]),
        iso_or_null(frame["pay"], frame["status"] != 2, NULL), at, iso(frame["updated"]),
    )  # fmt: skip


def rate_rows(frame: Frame) -> str:
    """erp.fx_rates."""
    at = iso(frame["updated"])
    return join(
        RATE, pick(words.CURRENCIES, frame["currency"]), iso_date(frame["date"]),
        *split_units(frame["rate"], 1_000_000), at, at,
    )  # fmt: skip
