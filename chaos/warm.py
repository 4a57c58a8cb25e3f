"""Commands of Ghala in forks of one process that has imported everything: 10 s less for each than a new interpreter.

`python -m chaos.warm` reads requests as lines of JSON on stdin ({"argv", "out", "step", "clock"}), and for each writes
the child's number, then, when it has ended, its exit code (negative: the signal) and how many files it changed. Each
child leads a session of its own. With `step` it kills its whole group right before that change of a file below
GHALA_HOME: an audit hook of Python sees opening for writing, renaming, linking and removing; Ghala has no part in it.
With `clock` what Ghala takes for now is so many seconds off (dbt, Dagster and DuckDB keep the true time).
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

HEAVY = (
    "dagster._core.storage.legacy_storage",
    "dagster._core.storage.local_compute_log_manager",
    "dagster._core.storage.sqlite_storage",
    "dbt.adapters.duckdb.environments.local",
    "dbt.adapters.duckdb.impl",
    "dbt.cli.main",
    "dbt.task.build",
    "orchestration.cli.main",
    "orchestration.dagster_instance",
    "orchestration.defs.assemble",
    "orchestration.summary",
)
STEPS = frozenset({"os.rename", "os.symlink", "os.remove", "os.rmdir", "os.truncate"})
WRITES = os.O_WRONLY | os.O_RDWR
LANDING = "landing"  # the word on the command line that says that nothing will be built
UNWATCHED = ("/logs/", "/target/")  # what is written there is read by people only, or made anew


@dataclass(frozen=True)
class Ended:
    """How a command ended: `code` is negative after a signal; `steps` are the changes of files that it made."""

    code: int
    steps: int


class Warm:
    """The process whose forks are Ghala's commands."""

    def __init__(self, environment: Mapping[str, str], *words: str) -> None:
        command = [sys.executable, "-m", "chaos.warm", *words]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=dict(environment))
        assert self._process.stdin and self._process.stdout
        self._in, self._out = self._process.stdin, self._process.stdout
        self._answer("ready")

    def start(self, argv: tuple[str, ...], out: Path, step: int = 0, clock: float = 0) -> int:
        """Start a command that writes to the file `out`; returns its process, which leads its group."""
        self._in.write(json.dumps({"argv": argv, "out": str(out), "step": step, "clock": clock}) + "\n")
        self._in.flush()
        return int(self._answer("pid"))

    def wait(self) -> Ended:
        """Wait for the end of the command that was started last."""
        return Ended(**self._answer("ended"))

    def run(self, argv: tuple[str, ...], out: Path, clock: float = 0) -> Ended:
        """Run a command to its end."""
        self.start(argv, out, clock=clock)
        return self.wait()

    def close(self) -> None:
        self._in.close()
        self._process.wait()

    def _answer(self, name: str) -> Any:
        line = self._out.readline()
        if not line:
            raise RuntimeError("the process that starts Ghala's commands has ended")
        return json.loads(line)[name]


@contextmanager
def warm(environment: Mapping[str, str], *, builds: bool = True) -> Iterator[Warm]:
    """A warm process for the home in `environment`, which must be there: its project is parsed once, for all forks.

    Commands that build nothing need no project: that saves 10 CPU s.
    """
    process = Warm(environment, *(() if builds else (LANDING,)))
    try:
        yield process
    finally:
        process.close()


def _prepare() -> None:
    """Import what a run needs and parse the project; no thread and no connection may be left in this process."""
    if LANDING in sys.argv:
        importlib.import_module("orchestration.cli.main")
        return
    for module in HEAVY:
        importlib.import_module(module)
    from orchestration.config import settings  # noqa: PLC0415
    from orchestration.dbt.arguments import command  # noqa: PLC0415
    from orchestration.dbt.runner import invoke  # noqa: PLC0415
    from orchestration.progress import silent  # noqa: PLC0415

    config = settings()
    invoke(config, command(config, "parse"), silent, "parse")
    gc.freeze()  # a collector that looks through them would copy all pages of what a fork shares with this process


def _shift_clock(seconds: float) -> None:
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Shifted":
            return cls.fromtimestamp(time.time() + seconds, tz)

    for name, module in list(sys.modules.items()):
        if name.startswith("orchestration.") and getattr(module, "datetime", None) is datetime:
            vars(module)["datetime"] = Shifted


def _child(request: dict[str, Any], ready: int, steps: int) -> None:
    os.setsid()
    out = os.open(request["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for stream in (1, 2):
        os.dup2(out, stream)
    _count_steps(int(request["step"]), steps)
    if request["clock"]:
        _shift_clock(float(request["clock"]))
    os.write(ready, b"1")
    sys.argv = ["ghala", *request["argv"]]
    from orchestration.cli import app  # noqa: PLC0415

    code = 1  # of whatever ends it but an orderly exit
    try:
        app()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else code
    except BaseException:  # noqa: BLE001 a fork must never go back into the loop of its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _count_steps(last: int, steps: int) -> None:
    home, done = os.environ["GHALA_HOME"], 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal done
        if event in STEPS or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES):
            place = f"{arguments[0]}"
            if place.startswith(home) and not any(name in place for name in UNWATCHED):
                done += 1
                os.pwrite(steps, f"{done}\n".encode(), 0)
                if done == last:
                    os.killpg(0, signal.SIGKILL)

    sys.addaudithook(watch)


def _serve() -> None:
    _prepare()
    _tell(ready=True)
    for line in sys.stdin:
        steps = os.memfd_create("steps")
        reader, writer = os.pipe()
        if (pid := os.fork()) == 0:
            _child(json.loads(line), writer, steps)
        os.close(writer)
        os.read(reader, 1)
        os.close(reader)
        _tell(pid=pid)
        _, status = os.waitpid(pid, 0)
        done = int(os.pread(steps, 20, 0).split(b"\n")[0] or 0)
        os.close(steps)
        _tell(ended={"code": os.waitstatus_to_exitcode(status), "steps": done})


def _tell(**values: Any) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
