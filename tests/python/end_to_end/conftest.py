"""One world for all tests that go from the sources to the marts: it takes a minute to make."""

from collections.abc import Iterator

import pytest

from tests.python.end_to_end.retailer import Retailer


@pytest.fixture(scope="session")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retailer]:
    retailer = Retailer(tmp_path_factory.mktemp("spine") / "home")
    try:
        retailer.type("simulator", "start", "--skus", "60", "--warehouses", "3", "--days", "30")
        retailer.type("orchestration", "init")
        retailer.type("orchestration", "run", "--to", retailer.type("simulator", "today"))
        retailer.type("simulator", "next-day")
        retailer.type("orchestration", "run", "--to", retailer.type("simulator", "today"))
        yield retailer
    finally:
        retailer.type("simulator", "stop")
