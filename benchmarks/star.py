"""The full build of a large retailer from bronze, against the same SQL run straight: `python -m benchmarks.star`."""

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import Cost, run
from benchmarks.worlds import ghala, started

MAX_RATIO = 1.3
MAX_BRONZE_SHARE = 0.3


def main() -> None:
    """Measure, print a table (or JSON), and say whether the limits hold: exit code 1 if not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=2000, help="10247 for the full size")
    parser.add_argument("--warehouses", type=int, default=12)
    parser.add_argument("--days", type=int, default=180, help="730 for the full size")
    parser.add_argument("--memory", nargs="+", default=["4GB", "2GB"], help="DuckDB's memory limits, one build each")
    parser.add_argument("--scratch", type=Path, help="keep the world here, and take it from here the next time")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args()
    folder = options.scratch or Path(tempfile.mkdtemp(prefix="ghala-star-"))
    home = folder / str(options.days)
    try:
        with started(home, options.skus, options.warehouses, options.days) as making:
            costs = dict(making)
        sizes = bronze_sizes(home, folder / "table.csv")
        costs |= builds(home, folder / "straight", options.memory)
    finally:
        if not options.scratch:
            shutil.rmtree(folder, ignore_errors=True)
    report = summary(costs, sizes, options.memory)
    print(json.dumps(report, indent=2) if options.json else table(report))
    raise SystemExit(0 if report["passed"] else 1)


def builds(home: Path, straight: Path, memory: list[str]) -> dict[str, Cost]:
    """A full build with tests under each memory limit, and the peer under the first."""
    costs = {}
    for limit in reversed(memory):  # the first limit last: its files stay
        for file in ("warehouse.duckdb", "star.duckdb", "build.json"):
            (home / file).unlink(missing_ok=True)
        environment = {"GHALA_MEMORY_LIMIT": limit, "GHALA_THREADS": threads_of(limit)}
        costs[f"build, {limit}"] = ghala(home, "build", environment=environment)
    costs["straight"] = run("benchmarks.star_straight", [str(home), str(straight), memory[0], threads_of(memory[0])])
    shutil.rmtree(straight)
    return costs


def threads_of(limit: str) -> str:
    """DuckDB's threads for a limit such as 4GB: one for every 2 GB."""
    return str(max(1, int(limit.removesuffix("GB")) // 2))


def bronze_sizes(home: Path, scratch: Path) -> dict[str, int]:
    """Rows and bytes of all bronze tables, and the bytes of the same rows as CSV."""
    sizes = {"rows": 0, "parquet": 0, "csv": 0}
    with duckdb.connect() as connection:
        for folder in sorted(path for path in (home / "bronze").glob("*/*") if path.is_dir()):
            rows = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = false, union_by_name = true)"
            copied = connection.execute(f"copy (from {rows}) to '{scratch}' (format csv)").fetchone()
            sizes["rows"] += int(copied[0]) if copied else 0
            sizes["parquet"] += sum(file.stat().st_size for file in folder.rglob("*.parquet"))
            sizes["csv"] += scratch.stat().st_size
            scratch.unlink()
    return sizes


def summary(costs: dict[str, Cost], sizes: dict[str, int], memory: list[str]) -> dict[str, Any]:
    """Costs, sizes, the two ratios and whether their limits hold."""
    ratio = round(costs[f"build, {memory[0]}"].cpu / costs["straight"].cpu, 2)
    share = round(sizes["parquet"] / sizes["csv"], 3)
    return {
        "costs": {name: vars(cost) for name, cost in costs.items()},
        "bronze": sizes,
        "ratio": ratio,
        "bronze_share": share,
        "limits": {"ratio": MAX_RATIO, "bronze_share": MAX_BRONZE_SHARE},
        "passed": ratio <= MAX_RATIO and share <= MAX_BRONZE_SHARE,
    }


def table(report: dict[str, Any]) -> str:
    """The summary for people."""
    lines = [f"{'work':<36}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}"]
    for name, cost in report["costs"].items():
        lines.append(f"{name:<36}{cost['cpu']:>8.1f}{cost['wall']:>8.1f}{cost['peak_mb']:>9.0f}")
    bronze = report["bronze"]
    lines.append(
        f"bronze: {bronze['rows']:,} rows, {bronze['parquet'] / 1e6:,.0f} MB; as CSV {bronze['csv'] / 1e6:,.0f} MB"
        f" ({100 * report['bronze_share']:.0f} %, limit {100 * MAX_BRONZE_SHARE:.0f} %)"
    )
    verdict = "the limits hold" if report["passed"] else "A LIMIT IS BROKEN"
    lines.append(f"{verdict}: the build takes {report['ratio']:.2f} x the CPU of its SQL (limit {MAX_RATIO})")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
