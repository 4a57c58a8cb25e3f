"""A simulated retailer and the Ghala that reads it, driven by the commands a person types."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import httpx
import psycopg
from dotenv import dotenv_values

from orchestration import serving

ROOT = Path(__file__).resolve().parents[3]


class Retailer:
    """A simulated retailer and the Ghala that reads it, both below one folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GHALA_")}
        self.environment = {**inherited, "GHALA_HOME": str(home), "GHALA_FULL_TESTS": "never"}

    def type(self, *words: str) -> str:
        """Run `python -m WORDS` and give what it prints."""
        command = [sys.executable, "-m", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout.strip()

    def marts(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / "serving" / "ghala.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a query as `ghala query` asks it."""
        return serving.ask(self.home / "serving", sql)

    def erp(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.variable("GHALA_ERP_DSN")) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type]

    def api(self, path: str) -> list[dict[str, Any]]:
        """All records of an endpoint, page by page, in a client of the test's own."""
        headers = {"Authorization": f"Bearer {self.variable('GHALA_COMMERCE_TOKEN')}"}
        records, cursor = [], None
        with httpx.Client(base_url=self.variable("GHALA_COMMERCE_URL"), headers=headers) as client:
            while True:
                response = client.get(path, params={"limit": 1000} | ({"cursor": cursor} if cursor else {}))
                if response.status_code == 429:
                    continue
                page = response.raise_for_status().json()
                records += page["data"]
                cursor = page["next_cursor"]
                if cursor is None:
                    return records

    def variable(self, name: str) -> str:
        value = dotenv_values(self.home / ".env")[name]
        assert value
        return value
