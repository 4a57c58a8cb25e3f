"""What the tests of the models share."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.python.transform.dbt_in_process import parsed


@pytest.fixture
def home(home_path: Path) -> Path:
    """The folder, empty; test modules use it one after the other."""
    shutil.rmtree(home_path, ignore_errors=True)
    return home_path


@pytest.fixture(scope="session")
def manifest(home_path: Path) -> dict[str, Any]:
    """dbt's manifest of this project."""
    parsed(home_path)
    found: dict[str, Any] = json.loads((home_path.parent / "target" / "manifest.json").read_text())
    return found
