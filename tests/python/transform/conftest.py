"""What the tests of the models share."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.python.transform.bronze_world import BronzeWorld
from tests.python.transform.dbt_in_process import build, parsed
from tests.python.transform.tidy_world import tidy_world


@pytest.fixture
def home(home_path: Path) -> Path:
    """The folder, empty; test modules use it one after the other."""
    shutil.rmtree(home_path, ignore_errors=True)
    return home_path


@pytest.fixture(scope="session")
def tidy_copy(home_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The tidy world with all built but the tables for readers, to be copied to `home`; and its last load."""
    shutil.rmtree(home_path, ignore_errors=True)
    world = BronzeWorld(home_path)
    tidy_world(world)
    build(home_path)
    return shutil.copytree(home_path, tmp_path_factory.mktemp("tidy") / "home"), world.load_number


@pytest.fixture(scope="session")
def manifest(home_path: Path) -> dict[str, Any]:
    """dbt's manifest of this project."""
    parsed(home_path)
    found: dict[str, Any] = json.loads((home_path.parent / "target" / "manifest.json").read_text())
    return found
