"""A small retailer, and homes of Ghala prepared up to a stage: a cycle copies one instead of building it anew."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dotenv import dotenv_values

FIRST = date(2026, 1, 5)
SMALL = ("--skus", "20", "--warehouses", "2", "--days", "3", "--rate-limit", "0")


@dataclass(frozen=True)
class World:
    """Below `folder`: `retailer` with the sources, `home` where Ghala works, `prepared` homes by stage.

    `home` is one path for every cycle, because dbt parses everything anew when the text of GHALA_HOME changes.
    """

    folder: Path
    given: Mapping[str, str] | None = None  # connections of other sources than the retailer's

    @property
    def retailer(self) -> Path:
        return self.folder / "retailer"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def prepared(self, stage: str) -> Path:
        return self.folder / "prepared" / stage

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a Ghala that reads this retailer, on top of this process's."""
        written = {name: value or "" for name, value in dotenv_values(self.retailer / ".env").items()}
        given = written if self.given is None else self.given
        own = {"GHALA_HOME": str(self.home), "GHALA_HMAC_KEY": "k" * 64, "COLUMNS": "160"}
        return {**os.environ, **given, **own}

    def simulator(self, *words: str) -> str:
        """Run a command of the retailer; returns what it printed. Raises CalledProcessError."""
        command = [sys.executable, "-m", "simulator", *words, "--home", str(self.retailer)]
        return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()

    def start(self, seed: int, *sizes: str) -> None:
        """Make the retailer's history, unless it is there, and start its servers."""
        self.simulator("start", *(sizes or SMALL), "--seed", str(seed), "--start-date", FIRST.isoformat())

    def today(self) -> date:
        """The last complete day of the retailer."""
        return date.fromisoformat(self.simulator("today"))

    def ghala(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command of Ghala in a process of its own, as a person starts it."""
        command = [sys.executable, "-m", "orchestration", *words]
        return subprocess.run(
            command, env={**self.environment, **more}, text=True, capture_output=True, check=False, timeout=900
        )

    def keep(self, stage: str) -> None:
        """Keep the home as it is now under the name of a stage."""
        copy(self.home, self.prepared(stage))

    def restore(self, stage: str) -> None:
        """Make the home what it was at a stage."""
        copy(self.prepared(stage), self.home)


def copy(source: Path, target: Path) -> None:
    """Replace a folder by a copy of another; times of change stay, links stay links."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)


def write_json(file: Path, values: Mapping[str, object]) -> None:
    """Write a report, readable by people."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values, indent=1, default=str) + "\n")
