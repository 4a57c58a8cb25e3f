"""What Dagster adds to a daily run, and what a run without news costs: `python -m benchmarks.daily`."""

import argparse
import json
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost, least, run
from benchmarks.worlds import ghala, simulate, started

MAX_RATIO, MAX_NOTHING_NEW_SECONDS = 1.2, 10.0
WORK = "benchmarks.daily_work"


def main() -> None:
    """Measure, print a table (or JSON), and say whether the limits hold: exit code 1 if not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=100)
    parser.add_argument("--warehouses", type=int, default=3)
    parser.add_argument("--days", type=int, default=30, help="days of history before the measured ones")
    parser.add_argument("--repeat", type=int, default=5, help="days measured")
    parser.add_argument("--scratch", type=Path, help="keep the world here, and take it from here the next time")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args()
    folder = options.scratch or Path(tempfile.mkdtemp(prefix="ghala-daily-"))
    try:
        with started(folder / "run", options.skus, options.warehouses, options.days):
            report = summary(measure(folder, options.repeat))
    finally:
        if not options.scratch:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(report, indent=2) if options.json else table(report))
    raise SystemExit(0 if report["passed"] else 1)


def measure(folder: Path, repeat: int) -> dict[str, list[Cost]]:
    """The cost of each way to do the same days, in turns (every other day the steps first), each in its own house."""
    home, plain = folder / "run", folder / "plain"
    ghala(home, "run", "--to", simulate(home, "today"))
    shutil.rmtree(plain, ignore_errors=True)
    _copy_state(home, plain)
    costs: dict[str, list[Cost]] = {"run": [], "steps": [], "nothing new": []}
    for number in range(repeat):
        simulate(home, "next-day")
        today = simulate(home, "today")
        for name in ("run", "steps") if number % 2 == 0 else ("steps", "run"):
            in_turn = (
                ghala(home, "run", "--to", today) if name == "run" else run(WORK, [today], {"GHALA_HOME": str(plain)})
            )
            costs[name].append(in_turn)
        costs["nothing new"].append(ghala(home, "run", "--to", today))
    return costs


def _copy_state(home: Path, target: Path) -> None:
    """Everything but the sources, which both read, with their connections."""
    shutil.copytree(home, target, symlinks=True, ignore=shutil.ignore_patterns("sources", "dagster"))


def summary(costs: dict[str, list[Cost]]) -> dict[str, Any]:
    """Least costs, the ratio of CPU of a run to its steps, seconds of a run without news, and whether the limits hold.

    The ratio is the median of those of each day: a machine that is slow for a minute is so for both of a day.
    """
    ratios = sorted(round(one.cpu / other.cpu, 2) for one, other in zip(costs["run"], costs["steps"], strict=True))
    ratio = round(statistics.median(ratios), 2)
    quiet = round(least(costs["nothing new"]).wall, 1)
    return {
        "costs": {name: vars(least(found)) for name, found in costs.items()},
        "ratio": ratio,
        "ratios": ratios,
        "nothing_new_seconds": quiet,
        "limits": {"ratio": MAX_RATIO, "nothing_new_seconds": MAX_NOTHING_NEW_SECONDS},
        "passed": ratio <= MAX_RATIO and quiet <= MAX_NOTHING_NEW_SECONDS,
    }


def table(report: dict[str, Any]) -> str:
    """The summary for people."""
    names = {
        "run": "ghala run, one more day",
        "steps": "the same steps without Dagster",
        "nothing new": "ghala run again",
    }
    lines = [f"{'work':<36}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}"]
    for name, cost in report["costs"].items():
        lines.append(f"{names[name]:<36}{cost['cpu']:>8.1f}{cost['wall']:>8.1f}{cost['peak_mb']:>9.0f}")
    verdict = "the limits hold" if report["passed"] else "A LIMIT IS BROKEN"
    days = ", ".join(f"{ratio:.2f}" for ratio in report["ratios"])
    ratio = f"Dagster {report['ratio']:.2f} x (limit {MAX_RATIO}; by day {days})"
    quiet = f"nothing new {report['nothing_new_seconds']:.1f} s (limit {MAX_NOTHING_NEW_SECONDS:.0f})"
    return "\n".join([*lines, f"{verdict}: {ratio}, {quiet}"])


if __name__ == "__main__":
    main()
