"""`make run`: simulate sources where there are none, then the main job through the day that is complete there."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dotenv import dotenv_values

from orchestration.publish_files import LINK

SUFFIXES = ("_DSN", "_URL", "_DIR")  # GHALA_<NAME>_DSN and the like: how a connection is given
OTHERS = ("GHALA_ALERT_", "GHALA_PUBLISH_")  # these lead out of the house


def connections(values: Mapping[str, str | None]) -> list[str]:
    """The connections among variables: names like GHALA_ERP_DSN."""
    given = (name for name, value in values.items() if value)
    ours = (name for name in given if name.startswith("GHALA_") and not name.startswith(OTHERS))
    return sorted(name for name in ours if name.endswith(SUFFIXES))


def simulated(environment: Mapping[str, str], env_file: Mapping[str, str | None], has_world: bool) -> bool:
    """Whether the sources are the simulator's: nobody has given others, in the environment or in .env.

    The simulator writes its own connections to .env, so those count as somebody's only while it has no world.
    """
    if connections(environment):
        return False
    return has_world or not connections(env_file)


def steps(is_simulated: bool, is_published: bool) -> list[list[str]]:
    """The commands before the main job: a world, its next day once the last one is published, the home's key."""
    world = [["-m", "simulator", "start"]] if is_simulated else []
    if is_simulated and is_published:
        world.append(["-m", "simulator", "next-day"])
    return [*world, ["-m", "orchestration", "init"]]


def main(arguments: Sequence[str]) -> int:
    """Run the steps and the main job; `--folder NAME PATH DAY` takes a folder of files, as of that one day."""
    environment = dict(os.environ)
    through: list[str] = []
    if list(arguments[:1]) == ["--folder"]:
        _, name, path, day = arguments
        environment |= {f"GHALA_{name.upper()}_DIR": path, "GHALA_START_DATE": day}
        through = ["--to", day]
    home = Path(environment.get("GHALA_HOME") or "data")
    is_simulated = simulated(environment, dotenv_values(home / ".env"), (home / "sources").is_dir())
    for step in steps(is_simulated, (home / "serving" / LINK).exists()):
        if code := subprocess.call([sys.executable, *step], env=environment):  # noqa: S603
            return code
    if is_simulated:
        today = [sys.executable, "-m", "simulator", "today"]
        through = ["--to", subprocess.check_output(today, env=environment, text=True).strip()]  # noqa: S603
    return subprocess.call([sys.executable, "-m", "orchestration", "run", *through], env=environment)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
