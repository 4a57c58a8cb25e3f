"""What can be killed: from which stage of a home, with what the next run finishes, and what must come of it."""

import json
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos import content, sound
from chaos.warm import Warm, warm
from chaos.world import World, write_json

Command = tuple[str, ...]
NAMES = ("ingest", "run", "build", "snapshots", "publish", "rollback")


@dataclass(frozen=True)
class Scenario:
    """`share` of the cycles, `stage` of the home at its start, the command to kill, what then runs to the end."""

    name: str
    share: int
    stage: str
    killed: Command
    finish: tuple[Command, ...]


@dataclass(frozen=True)
class Undisturbed:
    """A scenario without a kill: what came of it, the seconds and the changes of files of its command."""

    state: dict[str, Any]
    seconds: float
    steps: int


def scenarios(today: str, older: str) -> list[Scenario]:
    """Every scenario. `today` waits in the sources, `older` is the version to roll back to."""
    run, ingest = ("run", "--to", today), ("ingest", "--to", today)
    return [
        Scenario("ingest", 5, "waiting", ingest, (ingest,)),
        Scenario("run", 4, "waiting", run, (run,)),
        Scenario("build", 2, "landed", ("build",), (("build",), ("publish",))),
        # Finished by a plain run: with half of the snapshots made anew it must do as well as with all of them.
        Scenario("snapshots", 2, "waiting", ("snapshots", "rebuild"), (run,)),
        Scenario("publish", 4, "built", ("publish",), (("publish",),)),
        Scenario("rollback", 2, "waiting", ("rollback", older), (("rollback", older),)),
    ]


def state(home: Path) -> dict[str, Any]:
    """Everything that must not depend on whether a run was killed, as JSON would give it back."""
    found = {
        "loads": content.loads(home),
        "built": content.of_home(home),
        "published": content.published(home),
        "files": sorted(sound.files(home)),
    }
    values: dict[str, Any] = json.loads(json.dumps(found))
    return values


def unlike(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """How a state differs from the undisturbed one, in words."""
    words = [
        f"{part} {line}" for part in ("built", "published") for line in content.differing(found[part], wanted[part])
    ]
    names = sorted(found["loads"].keys() | wanted["loads"].keys())
    words += [f"load {name} differs" for name in names if found["loads"].get(name) != wanted["loads"].get(name)]
    files, expected = set(found["files"]), set(wanted["files"])
    words += [f"stray file {name}" for name in sorted(files - expected)]
    return words + [f"missing file {name}" for name in sorted(expected - files)]


@dataclass(frozen=True)
class Bench:
    """A world with its stages, a warm process for its home, what can be killed there, what comes of it undisturbed."""

    world: World
    process: Warm
    today: str
    scenarios: list[Scenario]
    undisturbed: dict[str, Undisturbed]

    @property
    def out(self) -> Path:
        """What the last command wrote."""
        return self.world.folder / "out.txt"

    def run(self, *words: str, clock: float = 0) -> tuple[int, str]:
        """The exit code of a command, and what it wrote."""
        return self.process.run(words, self.out, clock).code, self.out.read_text()


@contextmanager
def retail(world: World, seed: int) -> Iterator[str]:
    """The simulated retailer, with the stage `waiting` prepared; yields the day that waits."""
    world.start(seed)
    try:
        if not world.prepared("waiting").is_dir():
            _first_days(world)
        yield str(world.today())
    finally:
        world.simulator("stop")


@contextmanager
def bench(world: World, today: str, names: Collection[str] = NAMES) -> Iterator[Bench]:
    """The stages and undisturbed runs of a world whose stage `waiting` is prepared; made once per folder.

    Raises RuntimeError when an undisturbed run fails, or when two ways to the same end differ.
    """
    world.restore("waiting")
    file = world.folder / "undisturbed.json"
    older = min((world.home / "serving").glob("ghala-*.duckdb")).stem.removeprefix("ghala-")
    known = [scenario for scenario in scenarios(today, older) if scenario.name in names]
    with warm(world.environment) as process:
        values = json.loads(file.read_text()) if file.is_file() else {}
        values |= {s.name: vars(_undisturbed(world, process, s)) for s in known if s.name not in values}
        write_json(file, values)
        found = {name: Undisturbed(**value) for name, value in values.items()}
        _agree(found)
        yield Bench(world, process, today, known, found)


def _first_days(world: World) -> None:
    """Two published versions, and a day that waits: the stage `waiting`."""
    for _ in range(2):
        done = world.ghala("run", "--to", str(world.today()))
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        world.simulator("next-day")
    world.keep("waiting")


def _undisturbed(world: World, process: Warm, scenario: Scenario) -> Undisturbed:
    """Also keeps the stages that it comes by."""
    world.restore(scenario.stage)
    out = world.folder / "out.txt"
    began = time.monotonic()
    ended = process.run(scenario.killed, out)
    seconds = time.monotonic() - began
    rest = () if scenario.finish[0] == scenario.killed else scenario.finish
    if scenario.name == "ingest":
        world.keep("landed")
    if scenario.name == "build":
        world.keep("built")
        rest = scenario.finish[1:]
    codes = [ended.code, *(process.run(command, out).code for command in rest)]
    if any(codes):
        raise RuntimeError(f"{scenario.name}, undisturbed, ended with {codes}: {out.read_text()[-2000:]}")
    if found := sound.wrong(world.home):
        raise RuntimeError(f"{scenario.name}, undisturbed: {found}")
    return Undisturbed(state(world.home), seconds, ended.steps)


def _agree(found: dict[str, Undisturbed]) -> None:
    """Landing and building apart, publishing apart, and snapshots made anew first, must all give what a run gives."""
    for name in {"build", "publish", "snapshots"} & found.keys():
        differences = unlike(found[name].state, found["run"].state)
        if differences := [words for words in differences if words.startswith(("built", "published"))]:
            raise RuntimeError(f"{name} differs from run without any kill: {differences}")
