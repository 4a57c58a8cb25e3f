"""The input of the landing benchmark: a ledger as CSV, the same in PostgreSQL, and its contracts."""

from pathlib import Path

import polars as pl

SLICE = 1_000_000
COLUMNS = {
    "movement_id": "VARCHAR",
    "sku": "VARCHAR",
    "warehouse_code": "VARCHAR",
    "movement_type": "VARCHAR",
    "qty_signed": "BIGINT",
    "unit_cost": "DECIMAL(18,4)",
    "moved_at": "TIMESTAMP",
    "reference_id": "VARCHAR",
    "updated_at": "TIMESTAMP",
}
LOGICAL = {"VARCHAR": "string", "BIGINT": "integer", "DECIMAL(18,4)": "number", "TIMESTAMP": "timestamp"}
OPTIONS = {
    "movement_id": "required: true, primaryKey: true, primaryKeyPosition: 1",
    "sku": "required: true, logicalTypeOptions: {pattern: '^SKU[0-9]{6}$'}",
    "warehouse_code": "required: true, logicalTypeOptions: {pattern: '^WH[0-9]{2}$'}",
    "movement_type": "required: true, quality: [{id: movement_type_values, metric: invalidValues, "
    "arguments: {validValues: [RECEIPT, SHIP, ADJUST, RETURN_IN, WRITE_OFF]}, mustBe: 0, severity: warn}]",
    "qty_signed": "required: true, logicalTypeOptions: {minimum: -100000, maximum: 100000}",
    "unit_cost": "required: true, logicalTypeOptions: {minimum: 0}",
    "moved_at": "required: true",
    "updated_at": "required: true",
}
FILTER = "updated_at >= moved_at"


def write_csv(path: Path, rows: int, bad_every: int = 100) -> None:
    """A deterministic ledger of `rows` rows, written a million at a time; each `bad_every`th quantity is no number."""
    with path.open("wb") as file:
        for first in range(0, rows, SLICE):
            _slice(first, min(SLICE, rows - first), bad_every).write_csv(file, include_header=first == 0)


def _slice(first: int, rows: int, bad_every: int) -> pl.DataFrame:
    i = pl.int_range(first, first + rows, dtype=pl.UInt64)
    noise = i.hash(seed=7)  # scattered, but the same for the same row
    cost = noise % 10_000_000
    second = (noise // 1_000_003) % 2_592_000
    moved = pl.datetime(2026, 1, 1) + pl.duration(seconds=second.cast(pl.Int64))
    return pl.select(
        movement_id="MV" + i.cast(pl.String).str.zfill(10),
        sku="SKU" + (noise % 10_247).cast(pl.String).str.zfill(6),
        warehouse_code="WH" + (noise % 12 + 1).cast(pl.String).str.zfill(2),
        movement_type=(noise % 5).replace_strict(
            {0: "RECEIPT", 1: "SHIP", 2: "ADJUST", 3: "RETURN_IN", 4: "WRITE_OFF"}, return_dtype=pl.String
        ),
        qty_signed=pl.when(i % bad_every == bad_every - 1)
        .then(pl.lit("n/a"))
        .otherwise((noise % 100).cast(pl.Int64).cast(pl.String)),
        unit_cost=(cost // 10_000).cast(pl.String) + "." + (cost % 10_000).cast(pl.String).str.zfill(4),
        moved_at=moved.dt.strftime("%Y-%m-%d %H:%M:%S"),
        reference_id="R" + (i // 3).cast(pl.String),
        updated_at=(moved + pl.duration(minutes=5)).dt.strftime("%Y-%m-%d %H:%M:%S"),
    )


def write_project(project: Path) -> None:
    """A Ghala project with contracts of the same columns for the file, the file of bad rows only, and the table."""
    project.mkdir(parents=True, exist_ok=True)
    (project / "dbt_project.yml").write_text("name: benchmark\n")
    _contract(project, "ledger_csv", "{type: files, connection: bench, path: movements.csv, format: csv}")
    _contract(project, "ledger_bad", "{type: files, connection: bench, path: bad.csv, format: csv}", block_percent=100)
    _contract(project, "ledger_db", "{type: postgres, connection: bench, relation: movements, cursor: updated_at}")


def _contract(project: Path, source: str, extraction: str, block_percent: int = 5) -> None:
    columns = "".join(
        f"      - {{name: {name}, logicalType: {LOGICAL[type_]}, physicalType: '{type_}', {OPTIONS[name]}}}\n"
        if name in OPTIONS
        else f"      - {{name: {name}, logicalType: {LOGICAL[type_]}, physicalType: '{type_}'}}\n"
        for name, type_ in COLUMNS.items()
    )
    rule = (
        "    quality:\n      - {id: updated_after_moved, type: sql, mustBe: 0, severity: warn, "
        f"query: 'SELECT count(*) FROM {{object}} WHERE NOT ({FILTER})', "
        f"customProperties: [{{property: rowFilter, value: '{FILTER}'}}]}}\n"
    )
    text = (
        "apiVersion: v3.1.0\nkind: DataContract\nid: urn:ghala:benchmark\nname: movements\nversion: 1.0.0\n"
        f"status: active\nschema:\n  - name: movements\n    logicalType: object\n{rule}    properties:\n{columns}"
        f"customProperties:\n  - {{property: extraction, value: {extraction}}}\n"
        f"  - {{property: blockThreshold, value: {block_percent}}}\n"
    )
    file = project / "contracts" / source / "movements.odcs.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
