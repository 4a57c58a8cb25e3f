"""What one more day costs with little and with much history behind it: `python -m benchmarks.next_day`."""

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, least
from benchmarks.worlds import ghala, simulate, started

MAX_RATIO = 1.15


def main() -> None:
    """Measure, print a table (or JSON), and say whether the limit holds: exit code 1 if not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=1000, help="10247 for the full size")
    parser.add_argument("--warehouses", type=int, default=12)
    parser.add_argument("--days", type=int, nargs=2, default=(90, 360), help="days of history to compare")
    parser.add_argument("--repeat", type=int, default=3, help="next days of each, in turns")
    parser.add_argument("--scratch", type=Path, help="keep the worlds here, and take them from here the next time")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args()
    folder = options.scratch or Path(tempfile.mkdtemp(prefix="ghala-next-day-"))
    homes = {days: folder / str(days) for days in options.days}
    try:
        first = {days: _first_run(home, options.skus, options.warehouses, days) for days, home in homes.items()}
        later = _next_days(homes, options.repeat)
    finally:
        for home in homes.values():
            simulate(home, "stop")
        if not options.scratch:
            shutil.rmtree(folder, ignore_errors=True)
    report = summary(first, later)
    print(json.dumps(report, indent=2) if options.json else table(report))
    raise SystemExit(0 if report["passed"] else 1)


def _run(home: Path) -> Cost:
    return ghala(home, "run", "--to", simulate(home, "today"))


def _first_run(home: Path, skus: int, warehouses: int, days: int) -> Cost:
    """The cost of building and publishing what is landed (a kept world may have all that already)."""
    with started(home, skus, warehouses, days):
        return _run(home)


def _next_days(homes: dict[int, Path], repeat: int) -> dict[int, Cost]:
    costs: dict[int, list[Cost]] = {days: [] for days in homes}
    for _ in range(repeat):
        for days, home in homes.items():
            simulate(home, "next-day")
            costs[days].append(_run(home))
    return {days: least(runs) for days, runs in costs.items()}


def summary(first: dict[int, Cost], later: dict[int, Cost]) -> dict[str, Any]:
    """Costs of the first run and of one more day by days of history, and the ratio of the latter."""
    short, long = sorted(later)
    ratio = round(later[long].cpu / later[short].cpu, 2)
    return {
        "first_run": {days: vars(cost) for days, cost in first.items()},
        "next_day": {days: vars(cost) for days, cost in later.items()},
        "ratio": ratio,
        "limit": MAX_RATIO,
        "passed": ratio <= MAX_RATIO,
    }


def table(report: dict[str, Any]) -> str:
    """The summary for people."""
    lines = [f"{'work':<36}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}"]
    for kind, name in (("first_run", "first build, {} days"), ("next_day", "one more day after {} days")):
        for days, cost in report[kind].items():
            lines.append(f"{name.format(days):<36}{cost['cpu']:>8.1f}{cost['wall']:>8.1f}{cost['peak_mb']:>9.0f}")
    verdict = "the limit holds" if report["passed"] else "THE LIMIT IS BROKEN"
    return "\n".join([*lines, f"{verdict}: more history costs {report['ratio']:.2f} x (limit {report['limit']})"])


if __name__ == "__main__":
    main()
