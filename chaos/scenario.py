"""What can be killed: from which stage of a home, with what the next run finishes, and what must come of it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos import content, sound
from chaos.warm import Warm, warm
from chaos.world import World, write_json

Command = tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """`share` of the cycles; `stage` of the home at its start; the command to kill; commands that then run to the end."""

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


@contextmanager
def prepared(world: World, seed: int) -> Iterator[tuple[Warm, list[Scenario], dict[str, Undisturbed]]]:
    """A world with its stages and its undisturbed runs (made once per folder), and a warm process for its home.

    Raises RuntimeError when an undisturbed run fails, or when two ways to the same end differ.
    """
    file = world.folder / "undisturbed.json"
    is_new = not file.is_file()
    world.start(seed)
    try:
        if is_new:
            _first_days(world)
        else:
            world.restore("waiting")
        with warm(world.environment) as process:
            today, older = world.today(), sorted((world.home / "serving").glob("ghala-*.duckdb"))[0]
            known = scenarios(str(today), older.stem.removeprefix("ghala-"))
            if is_new:
                write_json(file, {s.name: vars(_undisturbed(world, process, s)) for s in known})
            values = json.loads(file.read_text())
            found = {name: Undisturbed(**value) for name, value in values.items()}
            _agree(found)
            yield process, known, found
    finally:
        world.simulator("stop")


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
    for name in ("build", "publish", "snapshots"):
        differences = unlike(found[name].state, found["run"].state)
        if differences := [words for words in differences if words.startswith(("built", "published"))]:
            raise RuntimeError(f"{name} differs from run without any kill: {differences}")
