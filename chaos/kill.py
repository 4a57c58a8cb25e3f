"""Kills Ghala with -9 at points drawn from a seed, runs it again, and compares with an undisturbed run.

A cycle copies a prepared home, kills one command one to three times in a row, then lets it run to its end. A point is
a moment (a share of the time that the command takes undisturbed) or a step (right before the n-th change of a file).
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chaos import sound
from chaos.scenario import Bench, Scenario, state, unlike

IN_A_ROW = (1, 1, 2, 3)
LATE = 1.05  # moments are drawn up to a little after the usual end


@dataclass(frozen=True)
class Kill:
    """One kill: `kind` is moment or step, `phase` what Ghala was doing; `hit` False when it had ended before."""

    kind: str
    share: float
    phase: str
    hit: bool


@dataclass(frozen=True)
class Cycle:
    """Kills in a row and the recovery after them. `looks` is how often the reader opened the link meanwhile."""

    number: int
    scenario: str
    kills: tuple[Kill, ...]
    seconds: float
    looks: int
    wrong: tuple[str, ...]


def kill(bench: Bench, seed: int, kills: int, tell: Callable[[Cycle], None], only: int | None = None) -> list[Cycle]:
    """Cycles until `kills` have hit, or the one with the number `only`; `tell` hears of each."""
    done: list[Cycle] = []
    number = only or 0
    while sum(one.hit for cycle in done for one in cycle.kills) < kills:
        done.append(_cycle(bench, random.Random(f"{seed}/{number}"), number))
        tell(done[-1])
        number += 1
        if only is not None:
            break
    return done


def _cycle(bench: Bench, draw: random.Random, number: int) -> Cycle:
    scenario = draw.choices(bench.scenarios, [each.share for each in bench.scenarios])[0]
    points = [(draw.choice(("moment", "step")), draw.random()) for _ in range(draw.choice(IN_A_ROW))]
    home, usual = bench.world.home, bench.undisturbed[scenario.name]
    bench.world.restore(scenario.stage)
    wrong: list[str] = []
    with reader(home / "serving") as seen:
        kills = []
        for kind, share in points:
            one, code = _kill_once(bench, scenario, kind, share)
            kills.append(one)
            if code not in (0, -signal.SIGKILL):
                wrong.append(f"killed before, it ended with {code}: {bench.out.read_text()[-600:]}")
        began = time.monotonic()
        for command in scenario.finish:
            code, text = bench.run(*command)
            if code:
                wrong.append(f"{' '.join(command)} ended with {code}: {text[-1500:]}")
        seconds = time.monotonic() - began
    wrong += [f"a reader saw: {words}" for words in seen["wrong"]]
    wrong += sound.wrong(home)
    wrong += [] if wrong else unlike(state(home), usual.state)
    return Cycle(number, scenario.name, tuple(kills), round(seconds, 2), seen["looks"], tuple(wrong))


def _kill_once(bench: Bench, scenario: Scenario, kind: str, share: float) -> tuple[Kill, int]:
    usual = bench.undisturbed[scenario.name]
    step = 1 + int(share * usual.steps) if kind == "step" else 0
    group = bench.process.start(scenario.killed, bench.out, step)
    timer = threading.Timer(share * LATE * usual.seconds, _kill_group, (group,))
    if kind == "moment":
        timer.start()
    code = bench.process.wait().code
    timer.cancel()
    hit = code == -signal.SIGKILL
    return Kill(kind, round(share, 4), phase(scenario.name, bench.out.read_text()), hit), code


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def phase(scenario: str, log: str) -> str:
    """What a command was doing when it wrote the last line of its log."""
    if scenario in ("ingest", "publish", "rollback"):
        return {"ingest": "landing"}.get(scenario, scenario)
    lines = [line.split() for line in log.splitlines() if ": " in line and " of " in line]
    if not lines:
        return "start" if scenario != "snapshots" else "rebuild of snapshots"
    words = lines[-1]
    if words[0] == "land":
        return "landing"
    if words[1] == words[3]:
        return "record and publish"
    return "dbt: snapshots" if words[4].startswith("snap_") else "dbt: models and tests"


@contextmanager
def reader(serving: Path) -> Iterator[dict[str, Any]]:
    """A process that opens the link all the time; the dictionary says afterwards what it saw."""
    command = [sys.executable, "-m", "chaos.reader", str(serving)]
    seen: dict[str, Any] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as looking:
        assert looking.stdout
        looking.stdout.readline()
        try:
            yield seen
        finally:
            looking.terminate()
            seen.update(json.loads(looking.stdout.read()))


def summary(cycles: list[Cycle], seed: int) -> dict[str, Any]:
    """Figures by phase, and every failure with the way to repeat it. A recovery counts for the phase killed last."""
    phases: dict[str, dict[str, Any]] = {}
    for cycle in cycles:
        hits = [one for one in cycle.kills if one.hit]
        for one in hits:
            row = phases.setdefault(one.phase, {"kills": 0, "recovered": 0, "seconds": []})
            row["kills"] += 1
            row["recovered"] += not cycle.wrong
        if hits:
            phases[hits[-1].phase]["seconds"].append(cycle.seconds)
    for row in phases.values():
        times = row.pop("seconds")
        row["mean_recovery_seconds"] = round(sum(times) / len(times), 1) if times else None
    return {
        "seed": seed,
        "cycles": len(cycles),
        "kills": sum(row["kills"] for row in phases.values()),
        "recovered": sum(row["recovered"] for row in phases.values()),
        "looks_of_readers": sum(cycle.looks for cycle in cycles),
        "phases": dict(sorted(phases.items())),
        "failures": [
            {**asdict(cycle), "repeat": f"python -m chaos kill --seed {seed} --only {cycle.number}"}
            for cycle in cycles
            if cycle.wrong
        ],
    }


def table(report: dict[str, Any]) -> str:
    """The summary for people."""
    lines = [f"{'killed in':<24}{'kills':>7}{'recovered':>11}{'mean recovery s':>17}"]
    for name, row in report["phases"].items():
        seconds = row["mean_recovery_seconds"]
        lines.append(f"{name:<24}{row['kills']:>7}{row['recovered']:>11}{'-' if seconds is None else seconds:>17}")
    lines.append(
        f"{report['kills']} kills in {report['cycles']} cycles, {report['recovered']} recovered; readers opened the "
        f"published file {report['looks_of_readers']} times; seed {report['seed']}"
    )
    for failure in report["failures"]:
        lines += [f"FAILED cycle {failure['number']} ({failure['scenario']}): {failure['wrong'][0]}"]
        lines += [f"  repeat: {failure['repeat']}"]
    return "\n".join(lines)
