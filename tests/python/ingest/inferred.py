"""Contracts inferred in tests, and what lands under them."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.config import Settings
from orchestration.ingest.contract import load_contract
from orchestration.ingest.infer.run import infer
from orchestration.ingest.land import land
from orchestration.ingest.model import Contract
from tests.python.ingest.project import DAY, Project


def made(folder: Path, target: str | Path, **options: Any) -> tuple[Contract, Any]:
    """The contract that was inferred for a target, and what was said of it."""
    done = infer(str(target), folder / "project" / "contracts", **{"source": "drop", **options})
    variable, value = done.setting
    if value != "…":
        os.environ[variable] = value
    os.environ["GHALA_HMAC_KEY"] = "k" * 32
    return load_contract(done.file), done


def landed(folder: Path, contract: Contract, day: date = DAY) -> pl.DataFrame:
    """All rows of the table; not one of them in quarantine."""
    project = Project(Settings(home=folder / "home", project=folder / "project", start_date=None))
    (record,) = land(project.settings, [(contract, day)], "test")
    assert (record.quarantined, record.deduplicated) == (0, 0)
    assert record.rows == record.extracted
    return project.rows(record)


def drop(folder: Path, content: str | bytes, name: str = "orders_20260310.csv") -> Path:
    file = folder / "files" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def types(contract: Contract) -> dict[str, str]:
    return {column.name: column.type for column in contract.columns}


def lines(header: str, *rows: str) -> str:
    return "\n".join([header, *rows, ""])
