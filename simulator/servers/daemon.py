"""The HTTP server as a process of its own, that outlives the command that started it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from simulator.config import Paths, read_json
from simulator.errors import SimulatorError
from simulator.files import write_json

HOST = "127.0.0.1"
READY_SECONDS, STOP_SECONDS = 20.0, 5.0


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose_port(asked: int | None, former: int | None, option: str) -> int:
    """The port asked for (SimulatorError if it is taken), else the one used before, else a free one."""
    if asked is not None:
        if not is_free(asked):
            raise SimulatorError(
                f"Port {asked} is in use", f"{HOST}:{asked}", f"stop what uses it, or choose another with {option}"
            )
        return asked
    return former if former is not None and is_free(former) else free_port()


def _pid_file(paths: Paths) -> Path:
    return paths.sources / "api.pid.json"


def running(paths: Paths) -> tuple[psutil.Process, int] | None:
    """(process, port) of the HTTP server of this home, None if it is not running."""
    values = read_json(_pid_file(paths))
    if values is None:
        return None
    try:
        process = psutil.Process(values["pid"])
        same = abs(process.create_time() - values["created"]) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return (process, values["port"]) if same else None


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start_api(paths: Paths, port: int, rate_limit: int) -> None:
    """Start the HTTP server in the background and wait until it answers."""
    log = paths.sources / "api.log"
    command = [sys.executable, "-m", "simulator", "serve", "--home", str(paths.home), "--port", str(port)]
    with log.open("a") as output:
        child = subprocess.Popen(  # noqa: S603
            [*command, "--rate-limit", str(rate_limit)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
    write_json(
        _pid_file(paths), {"pid": child.pid, "port": port, "created": psutil.Process(child.pid).create_time()}, 0o600
    )
    limit = time.monotonic() + READY_SECONDS
    while not _answers(port):
        if child.poll() is not None or time.monotonic() > limit:
            tail = "\n".join(log.read_text(errors="replace").strip().splitlines()[-5:])
            raise SimulatorError(
                f"The HTTP server did not start:\n{tail}", str(log), "fix this, then run `start` again"
            )
        time.sleep(0.05)


def stop_api(paths: Paths) -> bool:
    """Stop the HTTP server; True if there was one."""
    found = running(paths)
    if found is None:
        return False
    limit = time.monotonic() + STOP_SECONDS
    with contextlib.suppress(psutil.NoSuchProcess):
        found[0].terminate()
        # A dead process may stay a zombie for a while if nobody waits for it; `running` knows that.
        while running(paths) is not None:
            if time.monotonic() > limit:
                found[0].kill()
            time.sleep(0.02)
    _pid_file(paths).unlink(missing_ok=True)
    return True
