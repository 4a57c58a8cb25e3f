"""Worlds to measure: simulated, landed, and kept between benchmarks when a folder is given."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Cost, run


def simulate(home: Path, *words: str) -> str:
    """One command of the simulated retailer; returns what it printed."""
    command = [sys.executable, "-m", "simulator", *words, "--home", str(home)]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def ghala(home: Path, *words: str, environment: dict[str, str] | None = None) -> Cost:
    """What one `ghala` command cost."""
    return run("orchestration", words, {"GHALA_HOME": str(home), **(environment or {})})


@contextmanager
def started(home: Path, skus: int, warehouses: int, days: int) -> Iterator[dict[str, Cost]]:
    """A running retailer whose history is landed; yields what making it cost: empty when it was there already.

    The retailer is stopped at the end; its folder stays.
    """
    costs: dict[str, Cost] = {}
    is_new = not (home / "bronze" / "manifest.jsonl").exists()
    sizes = ("--skus", str(skus), "--warehouses", str(warehouses), "--days", str(days)) if is_new else ()
    simulation = run("simulator", ["start", "--home", str(home), *sizes])
    try:
        if is_new:
            costs["simulate"] = simulation
            ghala(home, "init")
            costs["land"] = ghala(home, "ingest", "--to", simulate(home, "today"))
        yield costs
    finally:
        simulate(home, "stop")
