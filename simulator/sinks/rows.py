"""A day's records as text for PostgreSQL's COPY: one string per table, tab separated, \\N for null."""

from __future__ import annotations

import numpy as np

from simulator.clock import iso, iso_date, iso_or_null
from simulator.engine import output as out
from simulator.frames import NEVER, Array, Frame, mix
from simulator.masters import words
from simulator.masters.text import Texts
from simulator.masters.world import World

NULL = r"\N"
REFERENCE = {
    out.OPENING: ("OPENING", "OPENING-WH%02d"),
    out.RECEIPT: ("PO_RECEIPT", "GRN%08d"),
    out.SHIP: ("SHIPMENT", "SHP%09d"),
    out.RETURN_IN: ("RETURN", "RET%08d"),
    out.RETURN_TO_VENDOR: ("NONE", None),
    out.TRANSFER_IN: ("TRANSFER", "TRF%08d"),
    out.TRANSFER_OUT: ("TRANSFER", "TRF%08d"),
    out.ADJUST: ("COUNT", "stock_%08d_WH%02d"),
    out.WRITE_OFF: ("ADJUSTMENT", "ADJ%08d"),
}
LEDGER = "MV%010d\t%s\t%s\t%s\t%d\t%d.%04d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n"
RECEIPT = "GRN%08d\t%d\tPO%08d\t%d\t%s\t%s\t%s\tEA\t%d\t%d\t%d\t%d.%04d\t%s\t%s\tf\t%s\t%s\n"
PURCHASE = "PO%08d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\tf\t%s\t%s\n"
PURCHASE_LINE = "PO%08d\t%d\t%s\t%d\t%d\t%d.%04d\tf\t%s\t%s\n"
PRODUCT = "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t%d.%04d\t%d.%02d\t%d\t%d\t%.3f\t%.6f\t%s\tf\t%s\t%s\n"
SUPPLIER = "%s\t%s %s\t%d\t%s\t%s\t%d\t%s\t%s\t%d.%04d\t%s\t%s\t%s\t%s\tf\t%s\t%s\n"
SITE = "%s\t%s\t%s\t%s\t%d.00\t%d\t%s\t%s\t%.6f\t%.6f\t%s\t%s\t%s\tf\t%s\t%s\n"


def pick(texts: list[str] | tuple[str, ...], numbers: Array) -> list[str]:
    """texts[n] for each number."""
    return [texts[n] for n in numbers.tolist()]


def join(template: str, *columns: list[object] | list[str] | list[int]) -> str:
    """The template once per row of the columns."""
    return "".join(map(template.__mod__, zip(*columns, strict=True)))


def split_units(amount: Array, unit: int) -> tuple[list[int], list[int]]:
    """Whole units and the rest, for templates such as %d.%02d; amounts are not negative."""
    whole, part = np.divmod(amount, unit)
    return whole.tolist(), part.tolist()


def ledger_rows(frame: Frame, texts: Texts) -> str:
    """erp.inventory_ledger."""
    kind, refs = frame["kind"].tolist(), frame["ref"].tolist()
    reference = [
        NULL if pattern is None else pattern % (divmod(ref, 100) if k == out.ADJUST else ref + (k == out.OPENING))
        for k, ref in zip(kind, refs, strict=True)
        for pattern in (REFERENCE[k][1],)
    ]
    line = [str(n) if n and k != out.OPENING else NULL for n, k in zip(frame["ref_line"].tolist(), kind, strict=True)]
    other = [NULL if n < 0 else texts.site[n] for n in frame["other"].tolist()]
    reversal = [f"MV{n:010d}" if n else NULL for n in frame["reversal"].tolist()]
    at = iso(frame["at"])
    return join(
        LEDGER, frame["id"].tolist(), pick(texts.sku, frame["sku"]), pick(texts.site, frame["site"]),
        pick(out.MOVEMENTS, frame["kind"]), frame["qty"].tolist(), *split_units(frame["cost"], 10_000), at,
        [REFERENCE[k][0] for k in kind], reference, line, other, reversal, at, at,
    )  # fmt: skip


def receipt_rows(frame: Frame, texts: Texts) -> str:
    """erp.goods_receipts."""
    at = iso(frame["at"])
    return join(
        RECEIPT, frame["no"].tolist(), frame["line"].tolist(), frame["po"].tolist(), frame["po_line"].tolist(),
        pick(texts.supplier, frame["supplier"]), pick(texts.site, frame["site"]), pick(texts.sku, frame["sku"]),
        frame["received"].tolist(), frame["rejected"].tolist(), (frame["received"] - frame["rejected"]).tolist(),
        *split_units(frame["cost"], 10_000), iso_date(frame["promised"]), at, at, at,
    )  # fmt: skip


def purchase_rows(frame: Frame, texts: Texts) -> str:
    """erp.purchase_orders."""
    return join(
        PURCHASE, frame["no"].tolist(), pick(texts.supplier, frame["supplier"]), pick(texts.site, frame["site"]),
        pick(words.PO_STATUS, frame["status"]), pick(words.CURRENCIES, frame["currency"]), iso(frame["ordered"]),
        iso(frame["approved"]), iso_date(frame["promised"]),
        iso_or_null(frame["sent"], (frame["status"] == 0) | (frame["sent"] == NEVER), NULL),
        iso(frame["created"]), iso(frame["updated"]),
    )  # fmt: skip


def purchase_line_rows(frame: Frame, texts: Texts) -> str:
    """erp.purchase_order_lines."""
    return join(
        PURCHASE_LINE, frame["po"].tolist(), frame["line"].tolist(), pick(texts.sku, frame["sku"]),
        frame["qty"].tolist(), frame["cancelled"].tolist(), *split_units(frame["price"], 10_000),
        iso(frame["created"]), iso(frame["updated"]),
    )  # fmt: skip


def product_rows(frame: Frame, world: World, texts: Texts) -> str:
    """Versions of products."""
    ids = frame["id"].tolist()
    rows = [words.CATEGORIES[n] for n in frame["category"].tolist()]
    launch = world.launch[frame["id"]]
    return join(
        PRODUCT, pick(texts.sku, frame["id"]), pick(texts.product, frame["id"]), pick(texts.description, frame["id"]),
        [row.name for row in rows], [row.sub for row in rows], pick(texts.brand, frame["id"]),
        pick(texts.supplier, frame["supplier"]), [row.uom for row in rows], world.pack[frame["id"]].tolist(),
        pick(words.PRODUCT_STATUS, frame["status"]), [row.vat for row in rows], pick(words.ABC, frame["abc"]),
        *split_units(frame["cost"], 10_000), *split_units(frame["price"], 100), frame["reorder"].tolist(),
        frame["safety"].tolist(), [texts.weight[n] for n in ids], [texts.volume[n] for n in ids],
        iso_date(frame["created"] // 86_400_000_000 + np.where(launch < 0, 7, 0)),
        iso(frame["created"]), iso(frame["updated"]),
    )  # fmt: skip


def supplier_rows(frame: Frame, world: World, texts: Texts) -> str:
    """Versions of suppliers."""
    code = pick(texts.supplier, frame["id"])
    mail = [f"orders{'.new' * n}@{c.lower()}.example" for c, n in zip(code, frame["contact"].tolist(), strict=True)]
    pins = (mix(world.config.seed, frame["id"], 31) % 1_000_000_000).tolist()
    return join(
        SUPPLIER, code, pick(texts.supplier_name, frame["id"]), pick(words.SUPPLIER_FORMS, frame["form"]),
        frame["terms"].tolist(), pick(words.INCOTERMS, frame["incoterm"]),
        pick(words.CURRENCIES, frame["currency"]), frame["lead"].tolist(),
        pick(words.SUPPLIER_TIERS, frame["tier"]), ["active"] * len(code), *split_units(frame["otif"], 10_000), mail,
        [f"P{pin:09d}{'ABCDEFGHJK'[pin % 10]}" for pin in pins], pick(words.COUNTRIES, frame["currency"]),
        iso_date(frame["created"] // 86_400_000_000),
        iso(frame["created"]), iso(frame["updated"]),
    )  # fmt: skip


def site_rows(frame: Frame, world: World, texts: Texts) -> str:
    """Versions of warehouses."""
    ids = frame["id"].tolist()
    manager = [
        f"{words.FIRST_NAMES[m]} {words.LAST_NAMES[(m * 7 + n) % 24]}"
        for m, n in zip(frame["manager"].tolist(), ids, strict=True)
    ]
    places = [texts.place[n] for n in ids]
    return join(
        SITE, pick(texts.site, frame["id"]), pick(texts.site_name, frame["id"]),
        pick(words.WAREHOUSE_TYPES, world.site_type[frame["id"]]), manager, frame["capacity"].tolist(),
        frame["picks"].tolist(), pick(texts.region, frame["id"]), pick(words.SITE_STATUS, frame["status"]),
        [p[0] for p in places], [p[1] for p in places], [p[2] for p in places], pick(texts.region, frame["id"]),
        iso_date(frame["created"] // 86_400_000_000), iso(frame["created"]), iso(frame["updated"]),
    )  # fmt: skip
