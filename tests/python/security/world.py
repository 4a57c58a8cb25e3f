"""A small dirty retailer and the warehouse that reads it, driven by Ghala's own commands in this process."""

import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from dotenv import dotenv_values

from orchestration import cli
from orchestration.config import REPOSITORY, Settings
from simulator.config import Paths

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 7)
SIZE = "--skus 15 --warehouses 2 --days 3 --seed 7 --start-date 2026-01-05 --rate-limit 0"
# Rows that go to quarantine or break a test, none that stops a partition.
DIRT = (
    "cancellation_without_match,header_mismatch:0.2,payment_mismatch:0.2,supplier_alias:0.5,over_receipt:0.2,"
    "milestones_out_of_order:0.1,text_in_numbers:0.2,sku_variants,zero_price:0.01"
)
CANARIES = {
    "GHALA_HMAC_KEY": "canary-hmac-key-6f1d0a52c7",
    "GHALA_SLACK_WEBHOOK": "https://hooks.example.org/services/T01/B02/canarywebhook93",
    "GHALA_SMTP_PASSWORD": "canary smtp'pass\"word",
}


@dataclass
class World:
    """`sources` is the retailer's folder, `home` the warehouse's; `printed` what commands wrote to the terminal."""

    sources: Path
    home: Path
    printed: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, project=REPOSITORY, start_date=FIRST)

    @property
    def connections(self) -> dict[str, str]:
        return {name: value or "" for name, value in dotenv_values(self.sources / ".env").items()}

    def simulator(self, words: str) -> None:
        """Run a command of the retailer."""
        command = [sys.executable, "-m", "simulator", *shlex.split(words)]
        environment = {**os.environ, "GHALA_HOME": str(self.sources)}
        done = subprocess.run(command, cwd=REPOSITORY, env=environment, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]

    @contextmanager
    def connected(self, other: Mapping[str, str] | None = None) -> Iterator[None]:
        """The environment of a command; `other` settings take the place of the right ones."""
        kept = ("GHALA_THREADS",)  # as for all that is built in this process: dbt reads all anew when it changes
        inherited = {name: value for name, value in os.environ.items() if name in kept or not name.startswith("GHALA_")}
        mine = {**inherited, **self.connections, **CANARIES, "GHALA_HOME": str(self.home), **(other or {})}
        mine.setdefault("GHALA_FULL_TESTS", "never")  # as on any day but Sunday
        with patch.dict(os.environ, mine, clear=True):
            yield

    def ghala(self, words: str, other: Mapping[str, str] | None = None) -> int:
        """Type `ghala WORDS`; returns the exit code."""
        said = io.StringIO()
        typed = patch.object(sys, "argv", ["ghala", *shlex.split(words)])
        with self.connected(other), redirect_stdout(said), redirect_stderr(said), typed:
            try:
                cli.app()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        self.printed.append(said.getvalue())
        return code

    def records(self, path: str) -> list[dict[str, Any]]:
        """All records of an endpoint of the shop."""
        headers = {"Authorization": f"Bearer {self.connections['GHALA_COMMERCE_TOKEN']}"}
        with httpx.Client(base_url=self.connections["GHALA_COMMERCE_URL"], headers=headers) as client:
            return list(client.get(path, params={"limit": 10_000}).raise_for_status().json()["data"])

    def messages(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Each line of the messages of M-PESA that is whole, with its file."""
        for file in sorted(Paths(self.sources).mpesa.rglob("*.jsonl")):
            for line in file.read_text().splitlines():
                with suppress(json.JSONDecodeError):
                    yield file, json.loads(line)
