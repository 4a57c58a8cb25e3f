"""A small world, started once per session by the real command line; tests see only what its sources deliver."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import httpx
import psycopg
import pytest

ROOT = Path(__file__).parents[3]
SIZES = ("--skus", "60", "--warehouses", "3", "--seed", "7", "--start-date", "2025-09-22")
DAYS = 20


def simulator(home: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run `python -m simulator` on a home, as a user would."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GHALA_")}
    done = subprocess.run(
        [sys.executable, "-m", "simulator", arguments[0], "--home", str(home), *arguments[1:]],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0 or not check, f"{arguments}: {done.stdout}{done.stderr}"
    return done


def variables(home: Path) -> dict[str, str]:
    """The env file as a dictionary."""
    lines = (home / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


@dataclass(frozen=True)
class Retailer:
    """A running simulated retailer."""

    home: Path
    env: dict[str, str]

    def get(self, path: str, **parameters: str | int) -> httpx.Response:
        """One authorised API request; repeated once when the rate limit says so."""
        for _ in range(2):
            answer = httpx.get(
                self.env["GHALA_COMMERCE_URL"] + path,
                params=parameters,
                headers={"Authorization": f"Bearer {self.env['GHALA_COMMERCE_TOKEN']}"},
            )
            if answer.status_code != 429:
                break
        return answer

    def all(self, resource: str, **parameters: str | int) -> list[dict[str, object]]:
        """All records of a resource, page by page."""
        records, cursor = [], ""
        while True:
            page = self.get(f"/v1/{resource}", limit=5000, cursor=cursor, **parameters).json()
            records += page["data"]
            if page["next_cursor"] is None:
                return records
            cursor = page["next_cursor"]

    def sql(self, query: str) -> list[tuple[object, ...]]:
        """Rows of a query as the read-only user."""
        with psycopg.connect(self.env["GHALA_ERP_DSN"]) as connection:
            return connection.execute(query.encode()).fetchall()


def started(home: Path, *arguments: str) -> Retailer:
    """Start a small world in `home`."""
    simulator(home, "start", *SIZES, *arguments)
    return Retailer(home, variables(home))


@pytest.fixture(scope="session")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retailer]:
    """60 SKUs x 3 warehouses x 20 days with a month's end in it: nineteen days of history and one `next-day`."""
    home = tmp_path_factory.mktemp("retailer")
    started(home, "--days", str(DAYS - 1))
    simulator(home, "next-day")
    yield Retailer(home, variables(home))
    simulator(home, "stop")


@pytest.fixture(scope="session")
def received(retailer: Retailer) -> Iterator[duckdb.DuckDBPyConnection]:
    """Everything that the file sources deliver, in one DuckDB."""
    from .received import load  # noqa: PLC0415 -- it needs the class above

    yield load(retailer)
