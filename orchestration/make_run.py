"""`make run`: simulate sources where there are none, then the main job through the day that is complete there."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from orchestration.publish_files import LINK

SUFFIXES = ("_DSN", "_URL", "_DIR", "_FILE")  # GHALA_<NAME>_DSN and the like: how a connection is given
OTHERS = ("GHALA_ALERT_", "GHALA_PUBLISH_")  # these lead out of the house


def connections(values: Mapping[str, str | None]) -> list[str]:
    """The connections among variables: names like GHALA_ERP_DSN."""
    given = (name for name, value in values.items() if value)
    ours = (name for name in given if name.startswith("GHALA_") and not name.startswith(OTHERS))
    return sorted(name for name in ours if name.endswith(SUFFIXES))


def simulated(
    environment: Mapping[str, str], env_file: Mapping[str, str | None], written: Mapping[str, str | None] | None
) -> bool:
    """Whether the sources are the simulator's: nobody has given others, in the environment or in .env.

    `written` is what the simulator has written to .env, None where it has no world: what differs from it is
    somebody's, and must not be written over.
    """
    if connections(environment):
        return False
    if written is None:
        return not connections(env_file)
    return all(env_file.get(name) in (None, "", written[name]) for name in connections(written))


def steps(is_simulated: bool, is_published: bool) -> list[list[str]]:
    """The commands before the main job: a world, its next day once the last one is published, the home's key."""
    world = [["-m", "simulator", "start"]] if is_simulated else []
    if is_simulated and is_published:
        world.append(["-m", "simulator", "next-day"])
    return [*world, ["-m", "orchestration", "init"]]


def _written(home: Path, environment: Mapping[str, str]) -> Mapping[str, str | None] | None:
    """The connections of the simulated world in this home, None where there is none that is complete."""
    if not (home / "sources").is_dir():
        return None
    asked = [sys.executable, "-m", "simulator", "variables"]
    said = subprocess.run(asked, env=environment, text=True, capture_output=True, check=False)  # noqa: S603
    return dotenv_values(stream=StringIO(said.stdout)) if said.returncode == 0 else None


def main(arguments: Sequence[str]) -> int:
    """Run the steps and the main job; `--folder NAME PATH DAY` takes a folder of files, as of that one day."""
    environment = dict(os.environ)
    through: list[str] = []
    if list(arguments[:1]) == ["--folder"]:
        _, name, path, day = arguments
        environment |= {f"GHALA_{name.upper()}_DIR": path, "GHALA_START_DATE": day}
        through = ["--to", day]
    home = Path(environment.get("GHALA_HOME") or "data")
    is_simulated = simulated(environment, dotenv_values(home / ".env"), _written(home, environment))
    for step in steps(is_simulated, (home / "serving" / LINK).exists()):
        if code := subprocess.call([sys.executable, *step], env=environment):  # noqa: S603
            return code
    if is_simulated:
        today = [sys.executable, "-m", "simulator", "today"]
        through = ["--to", subprocess.check_output(today, env=environment, text=True).strip()]  # noqa: S603
    return subprocess.call([sys.executable, "-m", "orchestration", "run", *through], env=environment)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
