"""The published world with its sources running."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.python.end_to_end.retailer import Retailer


@pytest.fixture(scope="session")
def retailer(published: Path) -> Iterator[Retailer]:
    retailer = Retailer(published)
    retailer.type("simulator", "start")
    try:
        yield retailer
    finally:
        retailer.type("simulator", "stop")
