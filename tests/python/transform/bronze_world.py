"""Bronze without sources: writes files and manifest lines as landing does, row by row as a test wants them."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from orchestration.ingest.manifest import LoadRecord, append

Row = Mapping[str, Any]
REPOSITORY = Path(__file__).resolve().parents[3]
_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "BIGINT": pl.Int64(),
    "INTEGER": pl.Int32(),
    "BOOLEAN": pl.Boolean(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
}


def _polars_type(physical_type: str) -> pl.DataType:
    if physical_type.startswith("DECIMAL"):
        precision, scale = physical_type.removeprefix("DECIMAL(").removesuffix(")").split(",")
        return pl.Decimal(int(precision), int(scale))
    return _TYPES[physical_type]


def bronze_schemas() -> dict[tuple[str, str], dict[str, pl.DataType]]:
    """Columns of each bronze table as its contract names them (`encryptedName` where a pseudonym is landed)."""
    schemas = {}
    for path in sorted((REPOSITORY / "contracts").glob("*/*.odcs.yaml")):
        properties = yaml.safe_load(path.read_text())["schema"][0]["properties"]
        table = path.name.removesuffix(".odcs.yaml")
        schemas[path.parent.name, table] = {
            p.get("encryptedName", p["name"]): _polars_type(p["physicalType"]) for p in properties
        }
    return schemas


class BronzeWorld:
    """A bronze folder that grows by loads; landing the same table and date again replaces the file."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.schemas = bronze_schemas()
        self.load_number = 0
        (home / "bronze").mkdir(parents=True, exist_ok=True)
        (home / "bronze" / "manifest.jsonl").touch()
        for source, table in self.schemas:
            folder = home / "bronze" / source / table
            folder.mkdir(parents=True, exist_ok=True)
            self._frame(source, table, []).write_parquet(folder / "_schema.parquet")

    def _frame(self, source: str, table: str, rows: Iterable[Row]) -> pl.DataFrame:
        schema = self.schemas[source, table]
        columns = {name: [row.get(name) for row in rows] for name in schema} if rows else {n: [] for n in schema}
        return pl.DataFrame(columns, schema=schema, strict=True)

    def land(self, source: str, table: str, logical_date: date, rows: list[Row]) -> int:
        """Write one file and its manifest line; returns the load number."""
        self.load_number += 1
        relative = (
            f"{source}/{table}/year={logical_date:%Y}/month={logical_date:%m}/day={logical_date:%d}/{table}.parquet"
        )
        path = self.home / "bronze" / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        self._frame(source, table, rows).write_parquet(path)
        record = LoadRecord(
            load_number=self.load_number,
            source=source,
            table=table,
            logical_date=logical_date,
            file=relative,
            rows=len(rows),
            bytes=path.stat().st_size,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            extracted=len(rows),
            quarantined=0,
            deduplicated=0,
            quarantine_file=None,
            quarantine_sha256=None,
            contract_version="1.0.0",
            run_id="test",
            loaded_at="2026-01-01T00:00:00Z",
            seconds=0.0,
            max_cursor=None,
        )
        append(self.home, record)
        return self.load_number
