"""`python -m chaos`: faults on purpose, drawn from a seed; a report, and exit code 1 when Ghala did not cope."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos import faults as faulting
from chaos import kill as killing
from chaos import year as years
from chaos.scenario import bench, retail
from chaos.world import World, write_json


def main() -> int:
    """Parse the command line and run one harness."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    kill = commands.add_parser("kill", help="kill -9 at drawn points of every command, then run again and compare")
    kill.add_argument("--kills", type=int, default=200, help="until so many have hit")
    kill.add_argument("--only", type=int, help="repeat the cycle with this number")
    faults = commands.add_parser("faults", help="full disk, damaged files, a clock that jumps …: each once")
    faults.add_argument(
        "--only", choices=sorted(faulting.FAULTS), action="append", help="these faults; repeat for more"
    )
    year = commands.add_parser("year", help="simulated daily runs with transient faults, an outage and drifts")
    year.add_argument("--days", type=int, default=365)
    for command in (kill, faults, year):
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--scratch", type=Path, help="keep the world here, and take it from here the next time")
        command.add_argument("--report", type=Path, help="write the report as JSON into this file")
    options = parser.parse_args()
    with scratch(options.scratch) as folder:
        return {"kill": _kill, "faults": _faults, "year": _year}[options.command](options, folder)


def _kill(options: argparse.Namespace, folder: Path) -> int:
    def tell(cycle: killing.Cycle) -> None:
        done.append(cycle)
        where = ", ".join(f"{one.phase}{'' if one.hit else ' (ended before)'}" for one in cycle.kills)
        print(f"cycle {cycle.number}: {cycle.scenario}: {where}: {cycle.wrong or 'recovered'}", flush=True)
        if options.report:
            write_json(options.report, killing.summary(done, options.seed))

    done: list[killing.Cycle] = []
    world = World(folder)
    with retail(world, options.seed) as today, bench(world, today) as made:
        killing.kill(made, options.seed, options.kills, tell, options.only)
    report = killing.summary(done, options.seed)
    print(killing.table(report))
    return 1 if report["failures"] else 0


def _faults(options: argparse.Namespace, folder: Path) -> int:
    world, met = World(folder), {}
    with retail(world, options.seed) as today, bench(world, today, ("run",)) as made:
        for name in options.only or faulting.FAULTS:
            met[name] = faulting.meet(made, name, options.seed)
            print(faulting.table({name: met[name]}, options.seed), flush=True)
    if options.report:
        write_json(options.report, {name: vars(one) for name, one in met.items()})
    return 1 if any(one.wrong for one in met.values()) else 0


def _year(options: argparse.Namespace, folder: Path) -> int:
    def tell(night: years.Night) -> None:
        first = night.said.splitlines()[0] if night.said else "passed"
        print(f"{night.day} {night.event or 'usual':<9}{night.seconds:>7.1f} s  {first}", flush=True)

    values = years.year(folder, options.seed, options.days, tell)
    print(years.table(values))
    if options.report:
        write_json(options.report, values)
    return 0 if values["passed"] else 1


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
