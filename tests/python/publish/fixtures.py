"""Toys for the tests of building, publishing, the command line and Dagster; one is built once for the session."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration import build as building
from orchestration.config import Settings, settings
from orchestration.dbt import manifest, runner
from orchestration.dbt.arguments import BuildRequest
from orchestration.progress import silent
from orchestration.publish import publish
from orchestration.run import RunReport, run
from tests.python.publish.toy import START, Toy, make


@contextmanager
def active(toy: Toy) -> Iterator[Settings]:
    """The settings of a toy, as a command of it sees them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in toy.environment.items():
            patch.setenv(name, value)
        yield settings()


def run_main_job(toy: Toy, days: int) -> RunReport:
    """The main job through the toy's first `days` days, through Dagster in this process."""
    with active(toy) as config:
        through = START.replace(day=days)
        return run(config, START, through, silent)


def build_and_publish(toy: Toy) -> str:
    """Build everything and publish; returns the version."""
    with active(toy) as config:
        building.build(config, BuildRequest(), silent)
        return publish(config).version


_made: list[tuple[Toy, RunReport]] = []  # once for all folders of tests: each of them imports the fixtures


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Toy, RunReport]:
    """A toy of two days with a published version, and the report of its run. Never change it: take `toy`."""
    if not _made:
        first = make(tmp_path_factory.mktemp("original"))
        first.sell(1, (1, 2, 3))
        _made.append((first, run_main_job(first, days=2)))
    return _made[0]


_kept: list[tuple[Path, Toy]] = []  # once as well: the copied toy, parsed at its place


def _parsed(source: Toy, folder: Path) -> tuple[Path, Toy]:
    """A copy of the toy at the one place of all copies: dbt parses all anew (2.5 CPU s) where GHALA_HOME moves."""
    place, kept = folder / "place", folder / "kept"
    copy = Toy(place / "project", place / "home", place / "drop")
    for name in ("project", "home", "drop"):
        shutil.copytree(getattr(source, name), getattr(copy, name), symlinks=True)
    with active(copy) as config:
        manifest.load(config)
    shutil.copytree(place, kept, symlinks=True)
    return kept, copy


@pytest.fixture
def toy(original: tuple[Toy, RunReport], tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """A copy of the published toy, to change at will; the next test finds a new one at the same place."""
    if not _kept:
        _kept.append(_parsed(original[0], tmp_path_factory.mktemp("toy")))
    kept, copy = _kept[0]
    place = copy.home.parent
    shutil.rmtree(place)
    shutil.copytree(kept, place, symlinks=True)
    runner._kept.clear()  # as in a new process: the test before has changed what was kept of this place
    return copy
