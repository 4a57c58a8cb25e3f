"""CSV files: stock adjustments and delivery notes of the warehouse system, price quotes of suppliers."""

from __future__ import annotations

from datetime import date

import numpy as np

from simulator.clock import iso_date, local
from simulator.engine.notes import REMARKS
from simulator.engine.output import ADJUST, WRITE_OFF
from simulator.frames import Array, Frame, mix, take
from simulator.masters.text import Texts, bins
from simulator.masters.words import CATEGORIES, CURRENCIES, FIRST_NAMES
from simulator.masters.world import World
from simulator.sinks.rows import join, pick, split_units

ADJUSTMENT_HEADER = "adjustment_id,sku,bin,qty,uom,reason,adjusted_at,operator\n"
NOTE_HEADER = "shipment_id,signed_at,booked_at,documents_ok,parcels,remark\n"
QUOTE_COLUMNS = ("supplier_sku", "ean", "sku", "cost", "currency", "moq", "lead_time", "effective_date")
# Names of product lines with letters that UTF-8 and latin-1 write differently.
RANGES = ("CAFÉ", "JALAPEÑO", "CRÈME", "MÜSLI", "PÂTÉ", "AÇAÍ", "RÖSTI", "SEÑORA")
SPOILS = np.array([row.name in {"Dairy", "Fresh"} for row in CATEGORIES])


def _reasons(world: World, rows: Frame) -> list[str]:
    """Why stock was changed: counts say so, goods taken back were found, the others spoiled, broke or were stolen."""
    draw = mix(world.config.seed, rows["ref"], 81) % 100
    spoiled = np.where(SPOILS[world.line[rows["sku"]]], 60, 15)
    lost = np.where(draw < spoiled, "expiry", np.where(draw < 90, "damage", "theft"))
    found = np.where(rows["qty"] > 0, "found", lost)
    reasons: list[str] = np.where(rows["kind"] == ADJUST, "count", found).tolist()
    return reasons


def adjustments(ledger: Frame, when: date, world: World, texts: Texts) -> dict[str, bytes]:
    """One file per warehouse, also when nothing was adjusted: {file name: content}."""
    rows = take(ledger, (ledger["kind"] == ADJUST) | (ledger["kind"] == WRITE_OFF))
    sku = pick(texts.sku, rows["sku"])
    number = [
        f"stock_{ref // 100:08d}_WH{ref % 100:02d}/{code}" if kind == ADJUST else f"ADJ{ref:08d}"
        for kind, ref, code in zip(rows["kind"].tolist(), rows["ref"].tolist(), sku, strict=True)
    ]
    who = (mix(world.config.seed, rows["ref"], rows["site"], 82) % 40).tolist()
    columns = (
        number, sku, bins(world, rows["site"] * world.skus + rows["sku"]), rows["qty"].tolist(),
        [CATEGORIES[n].uom for n in world.line[rows["sku"]].tolist()], _reasons(world, rows), local(rows["at"]),
        [FIRST_NAMES[n] if n < len(FIRST_NAMES) else "" for n in who],
    )  # fmt: skip
    lines = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    return _per_site(f"adjustments_{when:%Y%m%d}", ADJUSTMENT_HEADER, lines, rows["site"], texts)


def delivery_notes(notes: Frame, when: date, texts: Texts) -> dict[str, bytes]:
    """One file per warehouse, also when nothing was booked: {file name: content}."""
    columns = (
        [f"SHP{n:09d}" for n in notes["order"].tolist()], local(notes["signed"]), local(notes["booked"]),
        pick(("false", "true"), notes["ok"]), notes["parcels"].tolist(), pick(REMARKS, notes["remark"]),
    )  # fmt: skip
    lines = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    return _per_site(f"delivery_notes_{when:%Y%m%d}", NOTE_HEADER, lines, notes["site"], texts)


def _per_site(name: str, header: str, lines: list[str], sites: Array, texts: Texts) -> dict[str, bytes]:
    parts: list[list[str]] = [[] for _ in texts.site]
    for site, line in zip(sites.tolist(), lines, strict=True):
        parts[site].append(line + "\n")
    return {
        f"{name}_{code}.csv": (header + "".join(part)).encode() for code, part in zip(texts.site, parts, strict=True)
    }


def quotes(frame: Frame, when: date, texts: Texts) -> dict[str, bytes]:
    """One file per supplier: {file name: content}; every second supplier uses `;`, two of four write latin-1."""
    columns = (
        [f"{RANGES[n % 8]}-{n:05d}" for n in frame["code"].tolist()],
        [f"{n:013d}" if n >= 0 else "" for n in frame["ean"].tolist()], pick(texts.sku, frame["sku"]),
        *split_units(frame["cost"], 10_000), pick(CURRENCIES, frame["currency"]), frame["moq"].tolist(),
        frame["lead"].tolist(), iso_date(frame["effective"]),
    )  # fmt: skip
    files = {}
    for supplier in np.unique(frame["supplier"]).tolist():
        chosen = np.flatnonzero(frame["supplier"] == supplier).tolist()
        mark = ";" if supplier % 2 else ","
        template = mark.join(("%s", "%s", "%s", "%d.%04d", "%s", "%d", "%d", "%s")) + "\n"
        text = mark.join(QUOTE_COLUMNS) + "\n" + join(template, *[[column[n] for n in chosen] for column in columns])
        encoding = "latin-1" if supplier % 4 in {1, 2} else "utf-8"
        files[f"quotes_{when:%Y%m%d}_{texts.supplier[supplier]}.csv"] = text.encode(encoding)
    return files
