"""COPY text of what is agreed with the outside: invoices, exchange rates, promotions, prices."""

from __future__ import annotations

import numpy as np

from simulator.clock import business_day, iso, iso_date, iso_or_null
from simulator.frames import Array, Frame
from simulator.masters import words
from simulator.masters.campaigns import AMOUNT, FUNDING, MECHANICS, PCT, PROMOTION_STATUS, promo_texts
from simulator.masters.text import Texts
from simulator.sinks.rows import NULL, join, pick, split_units

INVOICE = "INV%08d\t%d\t%s\t%s %s\tPO%08d\t%d\tGRN%08d\t%d\t%d.%04d\t%s\t%d.%02d\t%s\t%s\t%s\t%s\tf\t%s\t%s\n"
PROMOTION = "%s\t%s\t%s\t%s\t%s\t%d.%02d\t%s\t%s\t%s\t%s\tf\t%s\t%s\n"
PROMOTION_ITEM = "%s\t%s\t%s\t%s\t%s\t%s\tf\t%s\t%s\n"
PRICE = "%s\t%s\t%s\t%d.%02d\t%s\t%s\tf\t%s\t%s\n"
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


def _codes(numbers: Array) -> list[str]:
    """Promotion codes; 0 is null."""
    known = {n: promo_texts(n)[0] if n else NULL for n in np.unique(numbers).tolist()}
    return [known[n] for n in numbers.tolist()]


def promotion_rows(frame: Frame) -> str:
    """Versions of promotions."""
    names = [promo_texts(n)[1] for n in frame["code"].tolist()]
    value, mechanic = frame["value"].tolist(), frame["mechanic"].tolist()
    return join(
        PROMOTION, _codes(frame["code"]), names, pick(MECHANICS, frame["mechanic"]),
        [f"{v / 10_000:.4f}" if m == PCT else NULL for v, m in zip(value, mechanic, strict=True)],
        [f"{v / 100:.2f}" if m == AMOUNT else NULL for v, m in zip(value, mechanic, strict=True)],
        *split_units(frame["budget"], 100), pick(FUNDING, frame["funding"]), iso_date(frame["begin"]),
        iso_date(frame["end"]), pick(PROMOTION_STATUS, frame["status"]), iso(frame["created"]), iso(frame["updated"]),
    )  # fmt: skip


def promotion_item_rows(frame: Frame, texts: Texts) -> str:
    """erp.promotion_items."""
    place = [
        texts.site[n] if local else words.CHANNELS[n]
        for n, local in zip(frame["place"].tolist(), frame["scope"].tolist(), strict=True)
    ]
    at = iso(frame["updated"])
    return join(
        PROMOTION_ITEM, _codes(frame["code"]), pick(texts.sku, frame["sku"]),
        pick(("channel", "warehouse"), frame["scope"]), place, iso(frame["since"]), iso(frame["until"]), at, at,
    )  # fmt: skip


def price_rows(frame: Frame, texts: Texts) -> str:
    """erp.price_list."""
    at = iso(frame["updated"])
    return join(
        PRICE, pick(texts.sku, frame["sku"]), pick(words.CHANNELS, frame["channel"]), iso(frame["at"]),
        *split_units(frame["price"], 100), [NULL if n < 0 else f"{n / 100:.2f}" for n in frame["promo_price"].tolist()],
        _codes(frame["promo"]), at, at,
    )  # fmt: skip
