"""The toys of these tests."""

from tests.python.publish.fixtures import original, toy

__all__ = ["original", "toy"]
