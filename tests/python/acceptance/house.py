"""A small retailer and a warehouse that reads it day by day; what halts is tried again the next day."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dotenv import dotenv_values

from orchestration.config import REPOSITORY, Settings
from orchestration.contracts import contracts_of
from orchestration.errors import GateError, UnavailableError
from orchestration.ingest import manifest
from orchestration.ingest.land import land
from orchestration.ingest.plan import Partition
from orchestration.ingest.redelivery import due
from tests.python.transform import dbt_in_process

Loads = list[tuple[int, str, str]]  # load number, file, checksum
Ask = Callable[[str], list[tuple[Any, ...]]]
FIRST, DAYS = date(2026, 1, 5), 14
SKUS, WAREHOUSES, SEED = 40, 3, 7


@dataclass(frozen=True)
class Failure:
    """A data test that did not pass: the rows that it shows, as one text."""

    name: str
    tier: int
    rows: str


@dataclass
class House:
    """`sources` is the retailer's folder, `home` the warehouse's: one path for all houses, dbt parses once."""

    sources: Path
    home: Path
    days: int = DAYS
    halted: list[tuple[str, date, str]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The last complete day."""
        return FIRST + timedelta(days=self.days - 1)

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, project=REPOSITORY, start_date=FIRST)

    def simulator(self, *words: str) -> str:
        """Run a command of the retailer."""
        environment = {**os.environ, "GHALA_HOME": str(self.sources)}
        command = [sys.executable, "-m", "simulator", *words]
        done = subprocess.run(command, cwd=REPOSITORY, env=environment, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def start(self, *dirt: str) -> None:
        """Make the history of the retailer and start its servers."""
        size = ("--skus", str(SKUS), "--warehouses", str(WAREHOUSES), "--days", str(self.days), "--seed", str(SEED))
        self.simulator("start", *size, "--start-date", FIRST.isoformat(), "--rate-limit", "0", *dirt)

    def next_day(self) -> None:
        """One more day of the retailer, landed."""
        self.simulator("next-day")
        self.days += 1
        self.land()

    def land(self) -> None:
        """Land what is due through today; a partition that halts or is late leaves the others alone."""
        given_up: list[Partition] = []
        with self.connected():
            while todo := [partition for partition in self._due() if partition not in given_up]:
                try:
                    land(self.settings, todo, "acceptance")
                except (GateError, UnavailableError):
                    given_up.append(self._land_until_it_halts([p for p in self._due() if p not in given_up]))

    def _due(self) -> list[Partition]:
        return due(manifest.read(self.home), contracts_of(self.settings.contracts), FIRST, self.today)

    def _land_until_it_halts(self, todo: list[Partition]) -> Partition:
        for contract, day in todo:
            try:
                land(self.settings, [(contract, day)], "acceptance")
            except (GateError, UnavailableError) as error:
                self.halted.append((contract.key, day, error.what))
                return contract, day
        raise AssertionError("what halted together lands alone")

    def land_again(self, day: date) -> None:
        """Every partition of a day once more, whether it is due or not."""
        with self.connected():
            land(self.settings, [(contract, day) for contract in contracts_of(self.settings.contracts)], "again")

    def loads(self) -> Loads:
        """What is in bronze."""
        return [(record.load_number, record.file, record.sha256) for record in manifest.read(self.home)]

    @contextmanager
    def connected(self) -> Iterator[None]:
        """The connections of the retailer's servers in the environment."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in dotenv_values(self.sources / ".env").items():
                patch.setenv(name, value or "")
            patch.setenv("GHALA_HMAC_KEY", "k" * 64)
            yield

    def forget_tables(self) -> None:
        """Keep bronze only, as after a lost disk."""
        for name in ("star.duckdb", "warehouse.duckdb"):
            (self.home / name).unlink(missing_ok=True)

    def build(self) -> None:
        """Every model but the tables for readers, without tests."""
        dbt_in_process.build(self.home)

    def failures(self, *left_out: str) -> list[Failure]:
        """What the data tests say of the whole history, with the rows that they show; models that are left out."""
        found = dbt_in_process.dbt(self.home, "test", "--exclude", "test_type:unit", *left_out).result
        failed = [result.node for result in found if result.status != "pass"]
        with self.opened() as ask:
            return [Failure(node.name, int(node.config.meta["tier"]), repr(ask(node.compiled_code))) for node in failed]

    @contextmanager
    def opened(self) -> Iterator[Ask]:
        """What gives the rows of a query of the star (`star.marts.…`) or of the warehouse, until the next build."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            connection.execute(f"attach '{self.home / 'star.duckdb'}' as star (read_only)")
            yield lambda sql: connection.execute(sql).fetchall()

    def truth(self) -> list[dict[str, Any]]:
        """What was injected, item by item."""
        lines = (self.sources / "sources" / "truth.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


@contextmanager
def house(home: Path, name: str, *dirt: str, days: int = DAYS) -> Iterator[House]:
    """A house whose retailer runs; the warehouse that was there before is thrown away."""
    made = House(home.parent / name, home, days)
    shutil.rmtree(made.home, ignore_errors=True)
    try:
        made.start(*dirt)
        yield made
    finally:
        made.simulator("stop")
