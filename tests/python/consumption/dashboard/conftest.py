"""A real server of the dashboards in a process of its own, and one Chromium that looks at it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.publish_files import LINK

ROOT = Path(__file__).resolve().parents[4]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Chromium itself shall not call its maker either: then every request that is seen is one of the pages.
SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass
class Served:
    """A running server and the folder that it reads: versions oldest first; `show` flips the link."""

    url: str
    serving: Path
    versions: list[Path]

    def show(self, file: Path | None) -> None:
        """Let the link point to a version, or to nothing."""
        link, new = self.serving / LINK, self.serving / "new"
        if file is None:
            link.unlink()
            return
        new.symlink_to(file)
        new.replace(link)

    @property
    def newest(self) -> Path:
        return self.versions[-1]


@pytest.fixture(scope="session")
def served(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The dashboards on a serving folder of their own, whose link points to the shared versions."""
    home = tmp_path_factory.mktemp("dashboards")
    (home / "serving").mkdir()
    versions = sorted(file for file in (published / "serving").glob("ghala-*.duckdb"))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GHALA_")}
    environment = {**inherited, "GHALA_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "consumption.dashboard", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = next((text for text in process.stdout if "http://" in text), "")
        try:
            assert line, "the server ended before it listened"
            server = Served(line.split()[1], home / "serving", versions)
            server.show(server.newest)
            yield server
        finally:
            process.kill()  # it holds nothing; a browser that is still connected must not hold up the tests
