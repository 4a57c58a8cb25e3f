"""What a build costs by what has changed: days, a backfill, a late file: `python -m benchmarks.changes`.

Works on a copy of a landed world whose manifest grows step by step: one bronze, of which ever more counts as landed.
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost
from benchmarks.worlds import ghala, started
from orchestration.ingest.manifest import LoadRecord, append, read
from orchestration.publish_files import forget, versions

MAX_BACKFILL = 1.5
TAIL = 9  # days kept back: three single ones, two, four
MONTHS_AGO = 18


def main() -> None:
    """Measure, print a table (or JSON), and say whether the limit holds: exit code 1 if not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=2000, help="10247 for the full size")
    parser.add_argument("--warehouses", type=int, default=12)
    parser.add_argument("--days", type=int, default=180, help="730 for the full size")
    parser.add_argument("--first", type=int, default=90, help="days that are there before the backfill")
    parser.add_argument("--scratch", type=Path, help="a folder that python -m benchmarks.star has kept")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args()
    folder = options.scratch or Path(tempfile.mkdtemp(prefix="ghala-changes-"))
    home, copy = folder / str(options.days), folder / "changes"
    try:
        with started(home, options.skus, options.warehouses, options.days):
            pass
        costs = measure(home, copy, options.first)
    finally:
        shutil.rmtree(copy, ignore_errors=True)
        if not options.scratch:
            shutil.rmtree(folder, ignore_errors=True)
    report = summary(costs)
    print(json.dumps(report, indent=2) if options.json else table(report))
    raise SystemExit(0 if report["passed"] else 1)


def measure(home: Path, copy: Path, first: int) -> dict[str, dict[str, Any]]:
    """Cost and landed rows of each step, in order."""
    records = read(home)
    days = sorted({record.logical_date for record in records})
    shutil.rmtree(copy, ignore_errors=True)
    _link_bronze(home, copy)
    ghala(copy, "init")
    steps = [
        (f"first build, {first} days", days[:first]),
        ("one more day, short history", [days[first]]),
        (f"backfill, {len(days) - first - 1 - TAIL} days at once", days[first + 1 : -TAIL]),
        ("one more day", [days[-9]]),
        ("one more day", [days[-8]]),
        ("one more day", [days[-7]]),
        ("two more days", days[-6:-4]),
        ("four more days", days[-4:]),
    ]
    costs: dict[str, dict[str, Any]] = {}
    for name, chosen in steps:
        _keep_least(costs, name, _step(copy, [r for r in records if r.logical_date in set(chosen)]))
    late = min(days, key=lambda day: abs(day - (days[-1] - timedelta(days=30 * MONTHS_AGO))))
    _keep_least(costs, f"files of {late} again", _step(copy, _of_day(records, late)))
    shutil.rmtree(copy)
    _link_bronze(home, copy)
    ghala(copy, "init")
    costs["full build, all days"] = _step(copy, records)
    return costs


def _of_day(records: Sequence[LoadRecord], day: date) -> list[LoadRecord]:
    return [record for record in records if record.logical_date == day]


def _link_bronze(home: Path, copy: Path) -> None:
    (copy / "bronze").mkdir(parents=True)
    for source in (path for path in (home / "bronze").iterdir() if path.is_dir() and not path.name.startswith(".")):
        (copy / "bronze" / source.name).symlink_to(source.resolve())
    (copy / "bronze" / "manifest.jsonl").touch()


def _step(home: Path, records: Sequence[LoadRecord]) -> dict[str, Any]:
    """Land these files (again), build and publish."""
    number = max((record.load_number for record in read(home)), default=0)
    for offset, record in enumerate(sorted(records, key=lambda r: r.load_number), start=1):
        append(home, replace(record, load_number=number + offset))
    built, published = ghala(home, "build"), ghala(home, "publish")
    for old in versions(home / "serving")[1:]:  # five copies of a star of 6 GB do not fit everywhere
        forget(home / "serving", old)
    cost = Cost(built.cpu + published.cpu, built.wall + published.wall, max(built.peak_mb, published.peak_mb))
    return {**vars(cost), "rows": sum(record.rows for record in records)}


def _keep_least(costs: dict[str, dict[str, Any]], name: str, cost: dict[str, Any]) -> None:
    if name not in costs or cost["cpu"] < costs[name]["cpu"]:
        costs[name] = cost


def summary(costs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Costs, and the backfill against the full build."""
    backfill = next(cost for name, cost in costs.items() if name.startswith("backfill"))
    ratio = round(backfill["cpu"] / costs["full build, all days"]["cpu"], 2)
    return {"costs": costs, "backfill_ratio": ratio, "limit": MAX_BACKFILL, "passed": ratio <= MAX_BACKFILL}


def table(report: dict[str, Any]) -> str:
    """The summary for people."""
    lines = [f"{'build and publish':<36}{'rows':>12}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}"]
    for name, cost in report["costs"].items():
        numbers = f"{cost['rows']:>12,}{cost['cpu']:>8.1f}{cost['wall']:>8.1f}{cost['peak_mb']:>9.0f}"
        lines.append(f"{name:<36}{numbers}")
    verdict = "the limit holds" if report["passed"] else "THE LIMIT IS BROKEN"
    return "\n".join(
        [*lines, f"{verdict}: the backfill costs {report['backfill_ratio']:.2f} x the full build (limit 1.5)"]
    )


if __name__ == "__main__":
    main()
