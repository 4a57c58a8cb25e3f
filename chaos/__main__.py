"""`python -m chaos`: faults on purpose, drawn from a seed, each with a report and exit code 1 when Ghala did not cope."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos import kill as killing
from chaos.world import write_json


def main() -> int:
    """Parse the command line and run one harness."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    kill = commands.add_parser("kill", help="kill -9 at drawn points of every command, then run again and compare")
    kill.add_argument("--kills", type=int, default=200, help="until so many have hit")
    kill.add_argument("--only", type=int, help="repeat the cycle with this number")
    for command in (kill,):
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--scratch", type=Path, help="keep the world here, and take it from here the next time")
        command.add_argument("--report", type=Path, help="write the report as JSON into this file")
    options = parser.parse_args()
    with scratch(options.scratch) as folder:
        return _kill(options, folder)


def _kill(options: argparse.Namespace, folder: Path) -> int:
    def tell(cycle: killing.Cycle) -> None:
        done.append(cycle)
        where = ", ".join(f"{one.phase}{'' if one.hit else ' (ended before)'}" for one in cycle.kills)
        print(f"cycle {cycle.number}: {cycle.scenario}: {where}: {cycle.wrong or 'recovered'}", flush=True)
        if options.report:
            write_json(options.report, killing.summary(done, options.seed))

    done: list[killing.Cycle] = []
    killing.kill(folder, options.seed, options.kills, tell, only=options.only)
    report = killing.summary(done, options.seed)
    print(killing.table(report))
    return 1 if report["failures"] else 0


@contextmanager
def scratch(given: Path | None) -> Iterator[Path]:
    """The folder given, or one that is removed afterwards."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="ghala-chaos-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main())
