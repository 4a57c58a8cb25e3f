"""Master records that were entered by mistake and deleted some days later: nobody refers to them."""

from __future__ import annotations

import numpy as np

from simulator.clock import HOUR, MINUTE, iso, start_of
from simulator.dirt.codecs import Copy, schema
from simulator.dirt.erp_edits import KEYS
from simulator.dirt.scene import Draw, Item, Outcome, Row, Scene, salt
from simulator.dirt.shop_edits import moved

TABLES = ("suppliers", "products", "warehouses", "promotions")
BY_TYPE = {
    "text": "entered by mistake", "integer": "1", "bigint": "1", "boolean": "f", "char(3)": "KES", "numeric": "1",
}  # fmt: skip
VALUES = {
    "incoterm": "DDP", "tier": "trial", "status": "active", "uom": "EA", "vat_class": "standard", "abc_class": "C",
    "primary_supplier_code": "SUP0001", "contact_email": "nobody@example.co.ke", "tax_pin": "P000000000A",
    "otif_target": "0.9500", "country": "KE", "warehouse_type": "store_room", "latitude": "-1.28", "longitude": "36.82",
    "mechanic": "pct", "discount_pct": "0.1000", "discount_amount": r"\N", "funding": "own",
}  # fmt: skip
STATUS = {"promotions": "planned"}
# A master table gets such a record about 30 times as often as a purchase order line: once a month by default.
TIMES = 30.0


def _code(table: str, scene: Scene) -> str:
    codes = {
        "suppliers": f"SUP9{scene.day % 1000:03d}", "products": f"GH9{scene.day % 100_000:05d}",
        "warehouses": f"WH9{scene.day // 100 % 10}", "promotions": f"PROMO9{scene.day:04d}",
    }  # fmt: skip
    return codes[table]


def _possible(table: str, scene: Scene) -> bool:
    """Warehouses have ten codes left: one per hundred days."""
    if table != "warehouses":
        return True
    block, place = divmod(scene.day, 100)
    return scene.config.warehouses < 90 and place == scene.number(97, block, "warehouses")


def _record(table: str, scene: Scene) -> Row:
    at = start_of(scene.config, scene.day) + 9 * HOUR + scene.number(300, scene.day, table) * MINUTE
    moment = iso(np.array([at]))[0]
    row: Row = {}
    for name, kind in schema()[f"erp.{table}"].items():
        plain = "numeric" if kind.startswith("numeric") else kind
        dates = {"date": scene.date.isoformat(), "timestamptz": moment}
        row[name] = VALUES.get(name) or dates.get(plain) or BY_TYPE[plain]
    row["status"] = STATUS.get(table, "active")
    row[KEYS[table][0]] = _code(table, scene)
    return row


def mistakes(scene: Scene) -> list[tuple[str, str, Outcome]]:
    """(table, kind, outcome) of the records entered by mistake on this day."""
    found = []
    for table in TABLES:
        if f"erp.{table}" not in schema() or not _possible(table, scene):
            continue
        for kind in ("soft_delete", "hard_delete"):
            if not scene.happens(kind, table, times=TIMES):
                continue
            row = _record(table, scene)
            lag = Draw(scene, kind, table, salt(table) + scene.day).lag
            key = {name: row[name] for name in KEYS[table]}
            outcome = Outcome([row], [Item(key, table, kind, lag=lag)])
            if kind == "soft_delete":
                outcome.later.append(
                    (lag, {**row, "is_deleted": "t", "updated_at": moved(row["updated_at"], days=lag)})
                )
            else:
                outcome.gone.append((lag, key))
            found.append((table, kind, outcome))
            break
    return found


def line_of(table: str, row: Row) -> str:
    """COPY text of a master record."""
    return Copy.of(f"erp.{table}").dump(row)
