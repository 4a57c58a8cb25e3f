"""All benchmarks, one after the other, each with its own table: `python -m benchmarks` (about half an hour)."""

import subprocess
import sys

BENCHMARKS = tuple(f"benchmarks.{name}" for name in ("landing", "next_day", "star", "changes", "reads", "detection"))


def main() -> int:
    """Exit code 1 when one of them finds a limit broken."""
    codes = []
    for module in BENCHMARKS:
        print(f"\n== python -m {module}", flush=True)
        codes.append(subprocess.call([sys.executable, "-m", module]))
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
