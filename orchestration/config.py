"""Where Ghala keeps its state and how it reaches its sources: read once, from the environment."""

import math
import os
import sys
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from dotenv import load_dotenv

from orchestration.defaults import KEEP_DAYS, KEEP_VERSIONS
from orchestration.errors import ConfigError

REPOSITORY = Path(__file__).resolve().parent.parent
OTHERS = 0o077  # the rights of a group and of everybody
FULL_TESTS = ("sunday", "always", "never")  # as the macro tests_everything knows them
NO_PATH = "'\"\\*?["  # what a path of the state may not hold: dbt writes it into SQL, and DuckDB reads it as a pattern


@dataclass(frozen=True)
class Settings:
    """Every folder and file of one Ghala: `home` holds its state, `project` its contracts and models."""

    home: Path
    project: Path
    start_date: date | None
    keep_versions: int = KEEP_VERSIONS
    keep_days: int = KEEP_DAYS
    retry_waits: tuple[float, ...] | None = None  # seconds, in place of what the contracts say
    full_tests: str = FULL_TESTS[0]  # when the data tests of a build look at all of history

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
    _warn_of_open_secrets(home / ".env")
    project = Path(os.environ.get("GHALA_PROJECT") or REPOSITORY)
    if not (project / "dbt_project.yml").is_file():
        raise ConfigError(
            f"{project} is no Ghala project: it has no dbt_project.yml",
            "environment variable GHALA_PROJECT",
            "point it at the folder that holds dbt_project.yml and contracts/, or unset it",
        )
    return Settings(
        home=_usable(home.absolute()),
        project=project.resolve(),
        start_date=_start_date(),
        keep_versions=_at_least_one("GHALA_KEEP_VERSIONS", KEEP_VERSIONS),
        keep_days=_at_least_one("GHALA_KEEP_DAYS", KEEP_DAYS),
        retry_waits=_waits(),
        full_tests=_full_tests(),
    )


def _usable(home: Path) -> Path:
    if found := [sign for sign in NO_PATH if sign in str(home)]:
        raise ConfigError(
            f"the path {home} holds {' and '.join(found)}, with which dbt and DuckDB cannot read it",
            "environment variable GHALA_HOME, or the folder you stand in",
            "name a folder without any of them",
        )
    return home


def _at_least_one(name: str, otherwise: int) -> int:
    text = os.environ.get(name) or str(otherwise)
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(
            f"{name} is no whole number above zero: {text!r}",
            f"environment variable {name}",
            f"write how many to keep, or unset it to keep {otherwise}",
        )
    return int(text)


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


def _full_tests() -> str:
    text = os.environ.get("GHALA_FULL_TESTS") or FULL_TESTS[0]
    if text not in FULL_TESTS:
        raise ConfigError(
            f"GHALA_FULL_TESTS is none of {', '.join(FULL_TESTS)}: {text!r}",
            "environment variable GHALA_FULL_TESTS",
            "write one of them, or unset it",
        )
    return text


@cache
def _warn_of_open_secrets(file: Path) -> None:
    """Say once on stderr that others of this machine can read the secrets."""
    if file.is_file() and file.stat().st_mode & OTHERS:
        sys.stderr.write(f"warning {file} holds secrets and others can read it; close it: chmod 600 {file}\n")


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
