"""Runs a piece of work as a process of its own and says what it cost."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system), wall seconds and peak resident memory in MB of one process."""

    cpu: float
    wall: float
    peak_mb: float


def run(module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """The cost of `python -m module arguments`. Raises CalledProcessError when it fails."""
    command = [sys.executable, "-m", module, *arguments]
    started = time.monotonic()
    child = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=sys.stderr)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / 1024)


def least(costs: Sequence[Cost]) -> Cost:
    """The least CPU and wall time of several runs (the rest is noise of the machine), and the highest peak."""
    return Cost(min(c.cpu for c in costs), min(c.wall for c in costs), max(c.peak_mb for c in costs))
