"""A project whose shops A and B send one CSV file a day each."""

from datetime import date
from pathlib import Path
from typing import Any

from orchestration.ingest import manifest
from orchestration.ingest.redelivery import due
from tests.python.ingest.project import DAY, Project, sales

NEXT = date(2026, 3, 11)
BY_SHOP = {"path": "{date:%Y/%m/%d}/sales_*.csv", "onBadFile": "skip", "finalNewline": True}
FOLDER = "2026/03/10"


def rows(shop: str, count: int = 10) -> str:
    lines = [f"{shop}{n},{n},1.00,2026-03-10,2026-03-10 08:00:00" for n in range(count)]
    return "\n".join(["id,qty,price,sold_on,updated_at", *lines]) + "\n"


def shops(folder: Path, **extraction: Any) -> Project:
    """A project whose shops A and B have sent their file of the day."""
    project = sales(folder, None, extraction={**BY_SHOP, **extraction})
    for shop in "AB":
        project.send(rows(shop), f"{FOLDER}/sales_{shop}.csv")
    return project


def again(project: Project, through: date = DAY) -> list[manifest.LoadRecord]:
    """What the next run would land, landed."""
    days = [day for _, day in due(project.records(), project.contracts, DAY, through)]
    return project.land(*days) if days else []


def lock(file: Path) -> None:
    file.with_name(f"~${file.name}").write_bytes(b"somebody")
