"""`make ui`: Dagster, the dashboards and the documentation in the browser, on this machine only; one list of links."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from consumption.docsite.build import build
from orchestration.cli.errors import report
from orchestration.config import Settings, settings
from orchestration.errors import ConfigError, GhalaError
from orchestration.publish_files import LINK
from orchestration.ui import FIRST_PORT, HOST, free_port

FIRST_PORTS = {"dashboards": 8050, "documentation": 8060}
PORT_VARIABLE = "GHALA_UI_PORT"  # where Dagster is to listen
READY_SECONDS = 120  # Dagster needs 10 to 20 s until it answers, on a busy machine a minute


@dataclass(frozen=True)
class Page:
    """Something to open: the process that serves it, its port and the path to begin with."""

    name: str
    command: tuple[str, ...]
    port: int
    path: str

    @property
    def link(self) -> str:
        return f"http://{HOST}:{self.port}{self.path}"


def pages(site: Path, dagster: int, dashboards: int, documentation: int) -> tuple[Page, ...]:
    """What is served, at the given ports."""
    python = (sys.executable, "-m")
    folder = ("http.server", str(documentation), "--bind", HOST, "--directory", str(site))
    return (
        Page("dashboards", (*python, "consumption.dashboard", "--port", str(dashboards)), dashboards, "/"),
        Page("Dagster", (*python, "orchestration.ui"), dagster, "/asset-groups"),
        Page("documentation", (*python, *folder), documentation, "/"),
    )


@contextmanager
def served(logs: Path, all_pages: Sequence[Page]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """The processes of the pages, their output in files below `logs`; none is left behind."""
    logs.mkdir(parents=True, exist_ok=True)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for page in all_pages:
            environment = {**os.environ, PORT_VARIABLE: str(page.port)}
            with (logs / f"{page.name}.log").open("wb") as output:
                running[page.name] = subprocess.Popen(  # noqa: S603
                    page.command, stdout=output, stderr=output, env=environment, start_new_session=True
                )
        yield running
    finally:
        for process in running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)  # Dagster has children of its own
        for process in running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def answers(page: Page, process: subprocess.Popen[bytes], until: float) -> bool:
    """Wait until the page's port accepts a connection; False when its process ended or time is up."""
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if not probe.connect_ex((HOST, page.port)):
                return True
        time.sleep(0.2)
    return False


def documentation(config: Settings) -> Path:
    """The folder of the documentation, built when there is none yet; what stops that does not stop the other pages."""
    site = config.home / "site"
    if not (site / "index.html").exists():
        sys.stdout.write("building the documentation (once; make docs renews it)\n")
        sys.stdout.flush()
        try:
            build(config)
        except GhalaError as error:
            report(error)
            site.mkdir(parents=True, exist_ok=True)
    return site


def first_port(text: str) -> int:
    """The port that a text names. Raises ConfigError for any other text."""
    if not (text.isdecimal() and 0 < int(text) < 65536):  # noqa: PLR2004  ports have 16 bits
        raise ConfigError(f"{text!r} is no port", PORT_VARIABLE, f"write a number such as {FIRST_PORT}, or unset it")
    return int(text)


def main() -> None:
    """Start everything, print the links, and stay until Ctrl-C."""
    config = settings()
    dagster = free_port(first_port(os.environ.get(PORT_VARIABLE) or str(FIRST_PORT)))
    ports = {name: free_port(first) for name, first in FIRST_PORTS.items()}
    logs = config.logs / "ui"
    if not (config.serving / LINK).exists():
        sys.stdout.write("nothing is published yet, so the dashboards have nothing to show: make run\n")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    all_pages = pages(documentation(config), dagster, ports["dashboards"], ports["documentation"])
    with served(logs, all_pages) as running:
        until = time.monotonic() + READY_SECONDS
        for page in all_pages:
            if answers(page, running[page.name], until):
                sys.stdout.write(f"{page.name:<14} {page.link}\n")
            else:
                sys.stdout.write(f"{page.name:<14} does not answer; see {logs / f'{page.name}.log'}\n")
            sys.stdout.flush()
        sys.stdout.write("stop with Ctrl-C\n")
        sys.stdout.flush()
        try:
            for process in running.values():
                process.wait()
        except KeyboardInterrupt:
            sys.stdout.write("stopped\n")


if __name__ == "__main__":
    try:
        main()
    except GhalaError as problem:
        sys.exit(report(problem))
