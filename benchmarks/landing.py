"""What a checked landing costs, next to the same copy without any check: `python -m benchmarks.landing`."""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.landing_data import write_csv, write_project
from benchmarks.measure import Cost, least, run
from simulator.config import Paths
from simulator.servers import postgres

WORK = "benchmarks.landing_work"
MAX_RATIOS = {"csv": 1.3, "bad": 2.0, "postgres": 1.5}
MAX_PEAK_MB = 512
PORT = 54329


def main() -> None:
    """Measure, print a table (or JSON), and say whether the limits hold: exit code 1 if not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000, help="rows of the CSV file")
    parser.add_argument(
        "--postgres-rows", type=int, default=1_000_000, help="rows of the PostgreSQL table; 0: leave out"
    )
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, in turns")
    parser.add_argument("--scratch", type=Path, default=None, help="folder for the files (default: a temporary one)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="ghala-landing-", dir=options.scratch))
    try:
        costs = measure(folder, options.rows, options.postgres_rows, options.repeat)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report = summary(costs)
    print(json.dumps(report, indent=2) if options.json else table(report))
    raise SystemExit(0 if report["passed"] else 1)


def measure(folder: Path, rows: int, postgres_rows: int, repeat: int) -> dict[str, Cost]:
    """The least cost of each piece of work; they take turns, so that a busy minute hits all of them."""
    csv, bad, target = folder / "movements.csv", folder / "bad.csv", str(folder / "raw.parquet")
    write_csv(csv, rows)
    write_csv(bad, rows, bad_every=1)
    write_project(folder / "project")
    work: dict[str, list[str]] = {
        "csv: DuckDB COPY": ["duckdb_csv", str(csv), target],
        "csv: Polars sink_parquet": ["polars_csv", str(csv), target],
        "csv: Ghala landing": ["ghala", str(folder / "home"), str(folder / "project"), "ledger_csv.movements"],
        "bad: DuckDB COPY as text": ["duckdb_text", str(bad), target],
        "bad: Ghala landing": ["ghala", str(folder / "home"), str(folder / "project"), "ledger_bad.movements"],
    }
    environment = {"GHALA_BENCH_DIR": str(folder)}
    if not postgres_rows:
        return _in_turns(work, environment, folder, repeat)
    with _server(folder) as dsn:
        run(WORK, ["load_postgres", dsn, str(csv), str(postgres_rows)])
        work["postgres: DuckDB COPY"] = ["duckdb_postgres", dsn, target]
        work["postgres: Ghala landing"] = [
            "ghala", str(folder / "home"), str(folder / "project"), "ledger_db.movements",
        ]  # fmt: skip
        return _in_turns(work, environment | {"GHALA_BENCH_DSN": dsn}, folder, repeat)


def _in_turns(work: dict[str, list[str]], environment: dict[str, str], folder: Path, repeat: int) -> dict[str, Cost]:
    costs: dict[str, list[Cost]] = {name: [] for name in work}
    for _ in range(repeat):
        for name, arguments in work.items():
            shutil.rmtree(folder / "home", ignore_errors=True)
            costs[name].append(run(WORK, arguments, environment))
    return {name: least(runs) for name, runs in costs.items()}


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    paths = Paths(folder)
    postgres.make_cluster(paths, "benchmark")
    postgres.start_server(paths, PORT)
    try:
        yield f"postgresql://{postgres.OWNER}:benchmark@127.0.0.1:{PORT}/postgres"
    finally:
        postgres.stop_server(paths)


def summary(costs: dict[str, Cost]) -> dict[str, Any]:
    """Costs, ratios of Ghala's CPU to each raw copy, and whether all limits hold."""
    ratios: dict[str, float] = {}
    for name, cost in costs.items():
        kind, _, work = name.partition(": ")
        if not work.startswith("Ghala"):
            ratios[name] = round(costs[f"{kind}: Ghala landing"].cpu / cost.cpu, 2)
    peak = max(cost.peak_mb for name, cost in costs.items() if "Ghala" in name)
    passed = all(ratio <= limit_of(name) for name, ratio in ratios.items()) and peak <= MAX_PEAK_MB
    return {
        "costs": {name: vars(cost) for name, cost in costs.items()},
        "ratios": ratios,
        "limits": {"ratios": MAX_RATIOS, "peak_mb": MAX_PEAK_MB},
        "passed": passed,
    }


def limit_of(name: str) -> float:
    """The limit of a ratio by what was landed: 1 % bad rows, only bad rows, or a table of PostgreSQL."""
    return MAX_RATIOS[name.partition(":")[0]]


def table(report: dict[str, Any]) -> str:
    """The summary for people."""
    costs, ratios = report["costs"], report["ratios"]
    line: Callable[..., str] = "{:<28}{:>8}{:>8}{:>9}   {}".format
    lines = [line("work", "CPU s", "wall s", "peak MB", "Ghala's CPU to this")]
    for name, cost in costs.items():
        ratio = f"{ratios[name]:.2f} x (limit {limit_of(name)})" if name in ratios else ""
        lines.append(line(name, f"{cost['cpu']:.1f}", f"{cost['wall']:.1f}", f"{cost['peak_mb']:.0f}", ratio))
    verdict = "all limits hold" if report["passed"] else "A LIMIT IS BROKEN"
    return "\n".join([*lines, f"{verdict}, peak {MAX_PEAK_MB} MB among them"])


if __name__ == "__main__":
    main()
