"""Where Ghala keeps its state and how it reaches its sources: read once, from the environment."""

import math
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dotenv import load_dotenv

from orchestration.errors import ConfigError

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Every folder and file of one Ghala: `home` holds its state, `project` its contracts and models."""

    home: Path
    project: Path
    start_date: date | None
    retry_waits: tuple[float, ...] | None = None  # seconds, in place of what the contracts say

    @property
    def contracts(self) -> Path:
        return self.project / "contracts"

    @property
    def bronze(self) -> Path:
        return self.home / "bronze"

    @property
    def quarantine(self) -> Path:
        return self.home / "quarantine"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def star(self) -> Path:
        return self.home / "star.duckdb"

    @property
    def serving(self) -> Path:
        return self.home / "serving"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def dagster(self) -> Path:
        return self.home / "dagster"


def settings() -> Settings:
    """Settings from the environment, completed by `$GHALA_HOME/.env`; the real environment wins."""
    home = Path(os.environ.get("GHALA_HOME") or "data")
    load_dotenv(home / ".env", override=False)
    project = Path(os.environ.get("GHALA_PROJECT") or REPOSITORY)
    if not (project / "dbt_project.yml").is_file():
        raise ConfigError(
            f"{project} is no Ghala project: it has no dbt_project.yml",
            "environment variable GHALA_PROJECT",
            "point it at the folder that holds dbt_project.yml and contracts/, or unset it",
        )
    return Settings(home=home.absolute(), project=project.resolve(), start_date=_start_date(), retry_waits=_waits())


def _waits() -> tuple[float, ...] | None:
    text = os.environ.get("GHALA_RETRY_WAITS")
    if not text:
        return None
    try:
        waits = tuple(float(part) for part in text.split(","))
    except ValueError:
        waits = (-1.0,)
    if not all(0 <= wait < math.inf for wait in waits):
        raise ConfigError(
            f"GHALA_RETRY_WAITS is no list of seconds: {text!r}",
            "environment variable GHALA_RETRY_WAITS",
            "write the waits between attempts with commas, such as 0.5,1,2, or unset it",
        )
    return waits


def _start_date() -> date | None:
    text = os.environ.get("GHALA_START_DATE")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            f"GHALA_START_DATE is no date: {text!r}",
            "environment variable GHALA_START_DATE",
            "write it as YYYY-MM-DD, the first day the warehouse should hold",
        ) from error
