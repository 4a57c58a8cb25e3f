"""One GHALA_HOME for all tests of the models: dbt parses all anew (8 s) when it changes."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def home_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("transform") / "home"


@pytest.fixture
def home(home_path: Path) -> Path:
    """The folder, empty; test modules use it one after the other."""
    shutil.rmtree(home_path, ignore_errors=True)
    return home_path
