"""Every kind of dirt: its default rate, what it hits, and what a warehouse must do with it."""

from __future__ import annotations

from typing import NamedTuple

# What must happen to an injected item; the only words in `expected` of the truth file.
HANDLING = {
    "deduplicated": "the second copy is dropped on the provider's key",
    "replaced": "another delivery takes its place: the same key again, or the statement for a lost callback",
    "latest_wins": "the version with the newest updated_at counts",
    "recomputed": "what the late row touches is computed again",
    "halts": "the partition does not land; the previous data stay (tier 1)",
    "quarantined": "the row goes to quarantine with a reason",
    "canonicalised": "the value is brought to its normal form",
    "kept_flagged": "the row stays in the facts and carries a flag",
    "adjusted": "an ADJUST movement is made of it",
    "flagged": "a business rule reports it (tier 2)",
    "deleted": "the key is marked as deleted",
    "converted": "the value is converted to the base unit or the right type",
    "reread": "the file is read again when it is delivered properly",
    "kept": "belongs to another injected item and stays as it is",
    "none": "nothing happens to the row; statistics must see it (tier 3)",
}


class Kind(NamedTuple):
    """One kind. `rate` is a share of `of`; tier 1 schema and keys, 2 business rules, 3 statistics."""

    rate: float
    of: str
    sources: str
    tier: int
    repairable: bool
    expected: str
    text: str


DAYS = "days of a source"
ORDER_FINAL = "delivered or cancelled orders"
KINDS: dict[str, Kind] = {
    "duplicate": Kind(0.011, "rows that do not change any more", "commerce, mpesa, web", 1, True, "deduplicated",
        "the same record twice in one delivery"),
    "redelivered_window": Kind(1 / 182, DAYS, "mpesa, web, wms (CSV)", 1, True, "replaced",
        "a day's file holds the rows of the nine days before once more"),
    "correction": Kind(0.02, "rows", "erp, commerce", 1, True, "latest_wins",
        "wrong at first; the right values come 1 to 3 days later under the same key with a newer updated_at"),
    "late": Kind(0.02, "rows", "erp ledger, mpesa, web, wms (CSV)", 1, True, "recomputed",
        "delivered 1 to 3 days later"),
    "very_late": Kind(0.003, "rows", "erp ledger, mpesa, web, wms (CSV)", 1, True, "recomputed",
        "delivered 4 to 30 days later"),
    "drift_rename": Kind(1 / 364, DAYS, "all", 1, False, "halts", "a column has another name for one day"),
    "drift_type": Kind(1 / 364, DAYS, "all", 1, False, "halts", "a column has another type for one day"),
    "drift_added": Kind(1 / 364, DAYS, "all", 1, False, "halts", "there is one more column for one day"),
    "drift_dropped": Kind(1 / 364, DAYS, "all", 1, False, "halts", "a column is missing for one day"),
    "non_product_codes": Kind(0.0057, "order lines", "commerce", 1, True, "quarantined",
        "an extra order line for postage, bank charges and the like, outside the order's total"),
    "zero_price": Kind(0.006, "order lines", "commerce", 1, True, "quarantined",
        "an extra order line of a named customer with price 0, outside the order's total"),
    "negative_price": Kind(0.000005, "order lines", "commerce", 1, True, "quarantined",
        "an extra order line with a price below 0, outside the order's total"),
    "sku_variants": Kind(0.033, "SKUs", "commerce, wms, web", 1, True, "canonicalised",
        "the SKU in lower case or with blanks around it in every second row"),
    "cancellation_without_match": Kind(0.64, "returns", "commerce", 2, False, "kept_flagged",
        "an extra return for an order that does not exist"),
    "hidden_adjustment": Kind(0.001, "orders", "commerce, erp ledger", 2, False, "adjusted",
        "a till sale at price 0 to nobody instead of an ADJUST movement"),
    "text_in_numbers": Kind(0.3, "cells of cost and lead_time", "supplier_feed", 1, False, "quarantined",
        "text such as 'KES 1,200' or 'on request' where a number belongs"),
    "over_receipt": Kind(0.005, "goods receipt lines", "erp", 2, False, "flagged",
        "more than 102 % of what was ordered is accepted, in the receipt and in the ledger"),
    "header_mismatch": Kind(0.004, ORDER_FINAL, "commerce", 2, False, "flagged",
        "the order's total differs from its lines"),
    "payment_mismatch": Kind(0.004, "payments", "mpesa", 2, False, "flagged",
        "the amount of a callback or of a row of the statement is wrong"),
    "milestones_out_of_order": Kind(0.009, "delivered orders, received purchase orders", "commerce, erp", 2, False,
        "flagged", "paid before placed, delivered before shipped, sent before ordered"),
    "supplier_alias": Kind(0.02, "supplier invoice lines", "erp", 1, True, "canonicalised",
        "the supplier's name is written in another way; the code is the key"),
    "soft_delete": Kind(0.001, "purchase order lines; x 30: days of a master table", "erp", 1, False,
        "deleted", "a record entered by mistake gets is_deleted some days later"),
    "hard_delete": Kind(0.001, "purchase order lines; x 30: days of a master table", "erp", 1, False,
        "deleted", "a record entered by mistake vanishes some days later: no trace of it in the table"),
    "unit_mix": Kind(0.01, "goods receipt lines", "erp", 1, True, "converted",
        "quantities in cartons of 12 or 24 where they divide"),
    "lost_callback": Kind(0.005, "callbacks of payments", "mpesa", 2, True, "replaced",
        "never delivered; the payment is in the statement only"),
    "missing_file": Kind(0.00125, "files", "wms, mpesa, supplier_feed, web, forecasts", 1, True, "reread",
        "the file comes 1 to 3 days later"),
    "partial_file": Kind(0.00125, "files", "wms, mpesa, supplier_feed, web, forecasts", 1, True, "reread",
        "the file breaks off in the middle; it comes whole 1 to 3 days later"),
    "empty_file": Kind(0.00125, "files", "wms, mpesa, supplier_feed, web, forecasts", 1, True, "reread",
        "the file has no byte; it comes whole 1 to 3 days later"),
    "locked_file": Kind(0.00125, "files", "wms, mpesa, supplier_feed, web, forecasts", 1, True, "reread",
        "somebody has it open: no content, no right to read, a ~$ file beside it; it comes whole 1 to 3 days later"),
    "excel_merged_header": Kind(0.01, "workbooks", "wms", 1, True, "converted",
        "a merged title above the header"),
    "excel_total_row": Kind(0.01, "workbooks", "wms", 1, True, "deduplicated", "a row of totals below the rows"),
    "excel_serial_dates": Kind(0.01, "workbooks", "wms", 1, True, "converted", "times are Excel's day numbers"),
    "excel_lost_zeros": Kind(0.01, "workbooks", "wms", 1, True, "canonicalised",
        "SKUs became numbers: 12 stands for GH000012"),
    "excel_numbers_as_text": Kind(0.01, "workbooks", "wms", 1, True, "converted", "quantities are text"),
    "promotion_spike": Kind(0.02, "SKUs per 91 days", "demand", 3, False, "none", "4 times the demand for 3 to 6 days"),
    "stock_out_run": Kind(0.02, "SKUs per 91 days", "demand", 3, False, "none",
        "nobody reorders for 10 to 16 days while demand doubles: the shelf stays empty"),
    "level_shift": Kind(0.02, "SKUs per 91 days", "demand", 3, False, "none", "2.5 times the demand for 30 to 60 days"),
    "variance_shift": Kind(0.02, "SKUs per 91 days", "demand", 3, False, "none",
        "for 30 to 60 days demand is either a fifth or three times the usual"),
    "demand_drift": Kind(0.02, "SKUs per 91 days", "demand", 3, False, "none",
        "demand grows by 4 % a day for 30 to 60 days"),
}  # fmt: skip

# Rows of the catalogue that are business, not dirt: the clean world has them already.
CLEAN = {
    "null customer at the till": "anonymous sales have no customer: key -1, not an error",
    "currency mix": "about a fifth of the purchase orders: FX rate of the order's date",
    "short receipts and rejects": "the 2 % tolerance rule",
    "time zones": "ERP, shop and web in UTC, WMS and M-PESA in local time without a zone",
    "stray payments": "M-PESA payments with a mistyped reference: suspense",
    "failed payment attempts": "amount 0, code and order are kept",
}
TRUTH = {
    "day": "the simulated day of the delivery",
    "source, table": "where; a record of the shop that is hit as a whole is named by the table of its headers",
    "key": "the landing key; {file} for files, {column} for drift, {sku, from, to} for anomalies",
    "kind, tier, repairable": "as above",
    "expected": "the handling that is right, one of the words below",
    "settled_on": "the day from which the source is as it should be: corrected, delivered, deleted; null: never",
}
ANOMALIES = tuple(name for name, kind in KINDS.items() if kind.tier == 3)


def listing() -> str:
    """The catalogue as a table for people."""
    lines = [f"{'kind':<28}{'rate':>9}  {'tier':<5}{'repair':<7}{'expected':<15}of; sources; what"]
    for name, kind in KINDS.items():
        repair = "yes" if kind.repairable else "no"
        head = f"{name:<28}{kind.rate:>9.6g}  {kind.tier:<5}{repair:<7}{kind.expected:<15}"
        lines.append(f"{head}{kind.of}; {kind.sources}; {kind.text}")
    lines += ["", "part of the clean world, without a switch:"]
    lines += [f"  {name}: {text}" for name, text in CLEAN.items()]
    lines += [
        "",
        "sources/truth.jsonl has one line per injected item:",
        *(f"  {name}: {text}" for name, text in TRUTH.items()),
    ]
    lines += ["", "what `expected` means:"]
    lines += [f"  {word}: {text}" for word, text in HANDLING.items()]
    return "\n".join(lines)
