"""What all tests of landing share."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _clean_environment() -> Iterator[None]:
    """Tests set connections as variables; none survives its test."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("GHALA_")]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)
