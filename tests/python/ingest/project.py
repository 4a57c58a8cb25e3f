"""Small Ghala projects for tests: contracts written in a few words, landed into a folder of the test."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from orchestration.config import Settings
from orchestration.ingest import manifest
from orchestration.ingest.contract import Contract, load_contracts
from orchestration.ingest.land import land
from orchestration.ingest.manifest import LoadRecord

DAY = date(2026, 3, 10)
LOGICAL = {"VARCHAR": "string", "INTEGER": "integer", "BIGINT": "integer", "DOUBLE": "number", "BOOLEAN": "boolean",
           "DATE": "date", "TIMESTAMP": "timestamp"}  # fmt: skip
SALES: dict[str, dict[str, Any]] = {
    "id": {"type": "VARCHAR", "primaryKey": True, "required": True},
    "qty": {"type": "BIGINT", "required": True, "logicalTypeOptions": {"minimum": 0, "maximum": 100}},
    "price": {"type": "DECIMAL(9,2)"},
    "sold_on": {"type": "DATE"},
    "updated_at": {"type": "TIMESTAMP", "required": True},
}
CSV: dict[str, Any] = {"type": "files", "connection": "drop", "path": "{date:%Y%m%d}*.csv", "format": "csv",
                       "cursor": "updated_at"}  # fmt: skip
GOOD = "id,qty,price,sold_on,updated_at\n" + "".join(
    f"S{n:03},{n % 50},{n}.50,2026-03-10,2026-03-10 08:{n % 60:02}:00\n" for n in range(100)
)


@dataclass(frozen=True)
class Project:
    """A project folder with its own home."""

    settings: Settings

    @property
    def home(self) -> Path:
        return self.settings.home

    @property
    def contracts(self) -> tuple[Contract, ...]:
        return load_contracts(self.settings.contracts)

    @property
    def drop(self) -> Path:
        return self.home.parent / "drop"

    def land(self, *days: date, run_id: str = "test") -> list[LoadRecord]:
        partitions = [(contract, day) for day in days or (DAY,) for contract in self.contracts]
        return land(self.settings, partitions, run_id)

    def rows(self, record: LoadRecord) -> pl.DataFrame:
        return pl.read_parquet(self.home / "bronze" / record.file)

    def bad_rows(self, record: LoadRecord) -> pl.DataFrame:
        assert record.quarantine_file is not None
        return pl.read_parquet(self.home / "quarantine" / record.quarantine_file)

    def records(self) -> list[LoadRecord]:
        return manifest.read(self.home)

    def send(self, text: str | bytes, name: str = "20260310.csv") -> Path:
        path = self.drop / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path


def contract(
    columns: Mapping[str, Mapping[str, Any]],
    extraction: Mapping[str, Any],
    *,
    filters: Mapping[str, str] | None = None,
    custom: Mapping[str, Any] | None = None,
    name: str = "sales",
) -> dict[str, Any]:
    """A contract document; `filters`: rule -> SQL condition."""
    properties = []
    for column, spec in columns.items():
        rest = {key: value for key, value in spec.items() if key != "type"}
        logical = LOGICAL.get(spec["type"], "number")
        properties.append({"name": column, "logicalType": logical, "physicalType": spec["type"], **rest})
    quality = [
        {
            "id": rule, "type": "sql", "query": "SELECT 0", "mustBe": 0, "severity": "warn",
            "customProperties": [{"property": "rowFilter", "value": condition}],
        }
        for rule, condition in (filters or {}).items()
    ]  # fmt: skip
    extras = {"extraction": dict(extraction), **(custom or {})}
    return {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": f"urn:test:{name}", "name": name, "version": "1.0.0",
        "status": "active",
        "schema": [{"name": name, "logicalType": "object", "quality": quality, "properties": properties}],
        "customProperties": [{"property": key, "value": value} for key, value in extras.items()],
    }  # fmt: skip


def make(folder: Path, *documents: dict[str, Any], source: str = "shop") -> Project:
    """A project with these contracts, whose connection `drop` is a folder beside its home."""
    project = folder / "project"
    (project / "contracts" / source).mkdir(parents=True, exist_ok=True)
    (project / "dbt_project.yml").write_text("name: test\n")
    for document in documents:
        path = project / "contracts" / source / f"{document['name']}.odcs.yaml"
        path.write_text(yaml.safe_dump(document, sort_keys=False))
    made = Project(Settings(home=folder / "home", project=project, start_date=DAY, retry_waits=(0.0,) * 3))
    made.drop.mkdir(exist_ok=True)
    os.environ["GHALA_DROP_DIR"] = str(made.drop)
    return made


def sales(folder: Path, rows: str | bytes | None = GOOD, **options: Any) -> Project:
    """A project with the contract of SALES as CSV drops, and one file of the day."""
    document = contract(options.pop("columns", SALES), {**CSV, **options.pop("extraction", {})}, **options)
    made = make(folder, document)
    if rows is not None:
        made.send(rows)
    return made


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content: what must be equal after the same loads."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def facts(records: Sequence[LoadRecord]) -> list[tuple[Any, ...]]:
    """What of a manifest does not depend on the clock or the run."""
    return [
        (r.load_number, r.source, r.table, r.logical_date, r.file, r.rows, r.sha256, r.quarantined) for r in records
    ]
