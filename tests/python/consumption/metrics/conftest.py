"""The published small world, and its metrics."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumption import published as published_version
from orchestration.config import REPOSITORY, Settings


@pytest.fixture(scope="session")
def world(published: Path) -> Settings:
    return Settings(home=published, project=REPOSITORY, start_date=None)


@pytest.fixture(scope="session")
def semantic(published: Path) -> dict[str, Any]:
    """What dbt says of the project's metrics."""
    found: dict[str, Any] = json.loads((published / "target" / "semantic_manifest.json").read_text())
    return found


@pytest.fixture
def by_hand(world: Settings) -> Callable[[str], list[tuple[Any, ...]]]:
    """Rows of SQL on the published version."""
    return lambda sql: published_version.cursor(world.serving)[1].execute(sql).fetchall()
